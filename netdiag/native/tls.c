/* Records of TLS at the beginning of payloads: see netdiag/exchanges/protocols/tls.py. */
#include "native.h"

enum { CHANGE_CIPHER_SPEC = 20, ALERT, HANDSHAKE, APPLICATION_DATA };
enum { HEADER_BYTES = 5, HELLOS = 2 };

/* What the caller calls a record, by its type, and the limits that it knows. */
typedef struct {
    uint8_t hello[HELLOS], of_type[4];
    int64_t longest, most_records;
} Records;

/* Whether this is the beginning of a record, as far as it was captured. */
static inline int is_record(const uint8_t *at, int64_t captured, int64_t length, int64_t longest)
{
    if (captured < 2 || at[0] < CHANGE_CIPHER_SPEC || at[0] > APPLICATION_DATA || at[1] != 3)
        return 0;
    if (captured < HEADER_BYTES)
        return length > HEADER_BYTES;
    return at[2] <= 4 && be16(at + 3) > 0 && be16(at + 3) <= longest;
}

/* Type and length of the record that ends with the payload, 0 for none. */
static inline uint32_t last_record(const uint8_t *at, int64_t captured, int64_t length, int64_t most)
{
    int64_t offset = 0;
    for (int64_t i = 0; i < most && offset + HEADER_BYTES <= captured; i++) {
        const uint8_t *header = at + offset;
        offset += HEADER_BYTES + be16(header + 3);
        if (offset == length)
            return (uint32_t)header[0] << 16 | be16(header + 3);
    }
    return 0;
}

static inline uint8_t mark_of(const uint8_t *at, int64_t captured, const Records *known)
{
    if (at[0] == HANDSHAKE && captured > HEADER_BYTES && at[5] >= 1 && at[5] <= HELLOS)
        return known->hello[at[5] - 1];
    return known->of_type[at[0] - CHANGE_CIPHER_SPEC];
}

PyDoc_STRVAR(tls_doc,
"tls(data, start, captured, length, marks, longest, most_records, rest, mark, detail, tail, keep)\n--\n\n"
"Mark those of the rows `rest` (int64) that begin with a record, and leave the others in it: how many\n"
"there are. `marks` are those of a ClientHello, a ServerHello, and of each type of record, from 20 on.");

static PyObject *tls(PyObject *self, PyObject *args)
{
    PyObject *o[9];
    const char *marks;
    Py_ssize_t longest, most, count, left = 0, wrong = -1;
    Buffers held = {.count = 0};
    (void)self;
    if (!PyArg_ParseTuple(args, "OOOOy#nnOOOOO", &o[0], &o[1], &o[2], &o[3], &marks, &count, &longest,
                          &most, &o[4], &o[5], &o[6], &o[7], &o[8]))
        return NULL;
    Records known = {.longest = longest, .most_records = most};
    if (count != sizeof known.hello + sizeof known.of_type)
        return PyErr_Format(PyExc_ValueError, "expected 6 marks, got %zd", count);
    memcpy(known.hello, marks, sizeof known.hello);
    memcpy(known.of_type, marks + sizeof known.hello, sizeof known.of_type);
    const uint8_t *data = take(&held, o[0], 0, -1, 1);
    const int64_t *start = data ? take(&held, o[1], 0, -1, 8) : NULL;
    Py_ssize_t rows = start ? held.view[1].len / 8 : 0;
    const int64_t *captured = start ? take(&held, o[2], 0, rows, 8) : NULL;
    const int64_t *length = captured ? take(&held, o[3], 0, rows, 8) : NULL;
    int64_t *rest = length ? take(&held, o[4], 1, -1, 8) : NULL;
    Py_ssize_t asked = rest ? held.view[4].len / 8 : 0;
    uint8_t *mark = rest ? take(&held, o[5], 1, rows, 1) : NULL;
    uint32_t *detail = mark ? take(&held, o[6], 1, rows, 4) : NULL;
    uint32_t *tail = detail ? take(&held, o[7], 1, rows, 4) : NULL;
    int64_t *keep = tail ? take(&held, o[8], 1, rows, 8) : NULL;
    if (keep == NULL)
        goto failed;
    const int64_t size = held.view[0].len;
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t i = 0; i < asked; i++) {
        int64_t row = rest[i];
        if (row < 0 || row >= rows || !is_inside(start[row], captured[row], size)) {
            wrong = i;
            break;
        }
        const uint8_t *payload = data + start[row];
        if (!is_record(payload, captured[row], length[row], known.longest)) {
            rest[left++] = row;
            continue;
        }
        mark[row] = mark_of(payload, captured[row], &known);
        keep[row] = 0;
        if (captured[row] >= HEADER_BYTES) {
            detail[row] = be16(payload + 3);
            tail[row] = last_record(payload, captured[row], length[row], known.most_records);
        } else {
            detail[row] = (uint32_t)(length[row] - HEADER_BYTES);
            tail[row] = payload[0] == APPLICATION_DATA ? (uint32_t)APPLICATION_DATA << 16 | detail[row]
                                                       : 0;
        }
    }
    Py_END_ALLOW_THREADS
    if (wrong >= 0) {
        PyErr_Format(PyExc_ValueError, "payload %zd of the rest lies outside its block", wrong);
        goto failed;
    }
    release(&held);
    return PyLong_FromSsize_t(left);
failed:
    release(&held);
    return NULL;
}

PyMethodDef tls_methods[] = {
    {"tls", tls, METH_VARARGS, tls_doc},
    {NULL, NULL, 0, NULL},
};
