/* Segments of a four-tuple together: grouped, new payload told from old, jumps found.
 *
 * The hash of a four-tuple has a secret, so that nobody can choose endpoints that collide.
 */
#include "native.h"

PyDoc_STRVAR(group_doc,
"group(source, destination, secret, number, row, begins)\n--\n\n"
"Fill `row` (int64) with the rows of each four-tuple, both directions together, in their order, the\n"
"four-tuple that comes first in front; `begins` (bool) with where each of them begins. `number`\n"
"(int64) is room to work in.");

/* The numbers of all rows' four-tuples; 0 without memory. Where there are many, each lies somewhere
 * else in memory: it is fetched a few rows before it is needed. */
static int number_all(Tuples *tuples, const uint64_t *source, const uint64_t *destination,
                      Py_ssize_t rows, int64_t *number)
{
    size_t hashed[AHEAD];
    for (Py_ssize_t i = -AHEAD; i < rows; i++) {
        Py_ssize_t next = i + AHEAD;
        size_t known = i < 0 ? 0 : hashed[i % AHEAD];
        if (next < rows) {
            hashed[next % AHEAD] = hash_of(tuples, source[next], destination[next]);
            prefetch(&tuples->slot[hashed[next % AHEAD] & tuples->mask]);
        }
        if (i >= 0 && (number[i] = number_at(tuples, known, source[i], destination[i])) < 0)
            return 0;
    }
    return 1;
}

static PyObject *group(PyObject *self, PyObject *args)
{
    PyObject *o[5];
    unsigned long long secret;
    Buffers held = {.count = 0};
    Tuples tuples = {NULL, 0, 0, 0};
    int64_t *next_row = NULL;
    (void)self;
    if (!PyArg_ParseTuple(args, "OOKOOO", &o[0], &o[1], &secret, &o[2], &o[3], &o[4]))
        return NULL;
    const uint64_t *source = take(&held, o[0], 0, -1, 8);
    Py_ssize_t rows = source ? held.view[0].len / 8 : 0;
    const uint64_t *destination = source ? take(&held, o[1], 0, rows, 8) : NULL;
    int64_t *number = destination ? take(&held, o[2], 1, rows, 8) : NULL;
    int64_t *row = number ? take(&held, o[3], 1, rows, 8) : NULL;
    uint8_t *begins = row ? take(&held, o[4], 1, rows, 1) : NULL;
    if (begins == NULL)
        goto failed;
    int fine = 1;
    Py_BEGIN_ALLOW_THREADS
    tuples.secret = secret;
    fine = grow(&tuples) == 0;
    fine = fine && number_all(&tuples, source, destination, rows, number);
    if (fine)
        fine = (next_row = calloc((size_t)tuples.count + 1, sizeof(int64_t))) != NULL;
    if (fine) {
        for (Py_ssize_t i = 0; i < rows; i++)
            next_row[number[i] + 1]++;
        memset(begins, 0, rows > 0 ? (size_t)rows : 0);
        for (int64_t i = 0; i < tuples.count; i++) {
            begins[next_row[i]] = 1;
            next_row[i + 1] += next_row[i];
        }
        for (Py_ssize_t i = 0; i < rows; i++)
            row[next_row[number[i]]++] = i;
    }
    free(next_row);
    free(tuples.slot);
    Py_END_ALLOW_THREADS
    if (!fine) {
        PyErr_NoMemory();
        goto failed;
    }
    release(&held);
    Py_RETURN_NONE;
failed:
    release(&held);
    return NULL;
}

/* What one direction of a connection has sent so far. */
typedef struct {
    int seen;
    uint32_t sequence; /* of the last segment */
    int64_t total;     /* its place, in octets from the first segment seen */
    int64_t highest;   /* one beyond the last octet sent */
} Direction;

PyDoc_STRVAR(novelty_doc,
"novelty(begins, direction, sequence, flags, length, opaque, position, new)\n--\n\n"
"Fill `position` and `new` (int64) of segments sorted by connection.");

static PyObject *novelty(PyObject *self, PyObject *args)
{
    enum { BEGINS, DIRECTION, SEQUENCE, FLAGS, LENGTH, OPAQUE, POSITION, NEW, COLUMNS };
    static const int width[COLUMNS] = {1, 1, 4, 1, 8, 1, 8, 8};
    PyObject *o[COLUMNS];
    void *column[COLUMNS];
    Buffers held = {.count = 0};
    Py_ssize_t rows = -1;
    (void)self;
    if (!PyArg_ParseTuple(args, "OOOOOOOO", &o[0], &o[1], &o[2], &o[3], &o[4], &o[5], &o[6],
                          &o[7]))
        return NULL;
    if (!take_columns(&held, o, width, COLUMNS, POSITION, &rows, column)) {
        release(&held);
        return NULL;
    }
    const uint8_t *begins = column[BEGINS], *direction = column[DIRECTION], *flags = column[FLAGS];
    const uint8_t *opaque = column[OPAQUE];
    const uint32_t *sequence = column[SEQUENCE];
    const int64_t *length = column[LENGTH];
    int64_t *position = column[POSITION], *new = column[NEW];
    Direction side[2] = {{0, 0, 0, 0}, {0, 0, 0, 0}};
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t i = 0; i < rows; i++) {
        if (begins[i])
            side[0].seen = side[1].seen = 0;
        position[i] = new[i] = 0;
        if (flags[i] & FLAG_RST)
            continue;
        Direction *mine = &side[direction[i] != 0];
        int syn = (flags[i] & FLAG_SYN) != 0;
        mine->total = mine->seen ? mine->total + (int32_t)(sequence[i] - mine->sequence) : 0;
        mine->sequence = sequence[i];
        int64_t start = mine->total + syn, end = start + length[i];
        if (!mine->seen) {
            mine->seen = 1;
            mine->highest = !syn && length[i] == 1 && opaque[i] ? end : start;
        }
        int64_t fresh = end - (mine->highest > start ? mine->highest : start);
        position[i] = start;
        new[i] = fresh > 0 ? fresh : 0;
        if (end > mine->highest)
            mine->highest = end;
    }
    Py_END_ALLOW_THREADS
    release(&held);
    Py_RETURN_NONE;
}

PyDoc_STRVAR(jumps_doc,
"jumps(begins, direction, sequence, flags, most, out)\n--\n\n"
"Fill `out` (bool) with the ordinary segments whose sequence number lies more than `most` octets from\n"
"that of the last one of their direction.");

static PyObject *jumps(PyObject *self, PyObject *args)
{
    PyObject *o[5];
    Py_ssize_t most;
    Buffers held = {.count = 0};
    (void)self;
    if (!PyArg_ParseTuple(args, "OOOOnO", &o[0], &o[1], &o[2], &o[3], &most, &o[4]))
        return NULL;
    const uint8_t *begins = take(&held, o[0], 0, -1, 1);
    Py_ssize_t rows = begins ? held.view[0].len : 0;
    const uint8_t *direction = begins ? take(&held, o[1], 0, rows, 1) : NULL;
    const uint32_t *sequence = direction ? take(&held, o[2], 0, rows, 4) : NULL;
    const uint8_t *flags = sequence ? take(&held, o[3], 0, rows, 1) : NULL;
    uint8_t *out = flags ? take(&held, o[4], 1, rows, 1) : NULL;
    if (out == NULL) {
        release(&held);
        return NULL;
    }
    uint32_t last[2] = {0, 0};
    int seen[2] = {0, 0};
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t i = 0; i < rows; i++) {
        if (begins[i])
            seen[0] = seen[1] = 0;
        out[i] = 0;
        if ((flags[i] & (FLAG_SYN | FLAG_RST | FLAG_ACK)) != FLAG_ACK)
            continue;
        int side = direction[i] != 0;
        int32_t step = (int32_t)(sequence[i] - last[side]);
        out[i] = seen[side] && (step > most || step < -most);
        seen[side] = 1;
        last[side] = sequence[i];
    }
    Py_END_ALLOW_THREADS
    release(&held);
    Py_RETURN_NONE;
}

PyDoc_STRVAR(landmarks_doc,
"landmarks(rows_to_ack, start, from_client, flags, new, out)\n--\n\n"
"Fill `out` (int64), ten columns with a row for each connection, as `netdiag.connections.landmarks`\n"
"says; `start` (int64) has their first rows, ascending.");

static PyObject *landmarks(PyObject *self, PyObject *args)
{
    enum { SYN, SYN_ACK, CLIENT_FIN, SERVER_FIN, CLIENT_RST, SERVER_RST, ASKED, ACK, CLIENT, SERVER,
           LANDMARKS };
    PyObject *o[5];
    Py_ssize_t rows_to_ack;
    Buffers held = {.count = 0};
    (void)self;
    if (!PyArg_ParseTuple(args, "nOOOOO", &rows_to_ack, &o[0], &o[1], &o[2], &o[3], &o[4]))
        return NULL;
    const int64_t *start = take(&held, o[0], 0, -1, 8);
    Py_ssize_t count = start ? held.view[0].len / 8 : 0;
    const uint8_t *from_client = start ? take(&held, o[1], 0, -1, 1) : NULL;
    Py_ssize_t rows = from_client ? held.view[1].len : 0;
    const uint8_t *flags = from_client ? take(&held, o[2], 0, rows, 1) : NULL;
    const int64_t *new = flags ? take(&held, o[3], 0, rows, 8) : NULL;
    int64_t *out = new ? take(&held, o[4], 1, LANDMARKS * count, 8) : NULL;
    if (out == NULL) {
        release(&held);
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t g = 0; g < count; g++) {
        int64_t at[LANDMARKS] = {-1, -1, -1, -1, -1, -1, -1, -1, 0, 0}, latest = -1;
        int64_t stop = g + 1 < count && start[g + 1] < rows ? start[g + 1] : rows;
        for (int64_t i = start[g] > 0 ? start[g] : 0; i < stop; i++) {
            int by_client = from_client[i] != 0, handshake = flags[i] & (FLAG_SYN | FLAG_ACK);
            at[by_client ? CLIENT : SERVER] += new[i];
            if (at[SYN_ACK] >= 0 && at[ACK] < 0 && by_client && handshake == FLAG_ACK &&
                i - at[SYN_ACK] < rows_to_ack)
                at[ACK] = i;
            if (!(flags[i] & (FLAG_SYN | FLAG_FIN | FLAG_RST)))
                continue;
            if (handshake == FLAG_SYN) {
                latest = i;
                at[SYN] = at[SYN] < 0 ? i : at[SYN];
            }
            if (handshake == (FLAG_SYN | FLAG_ACK) && at[SYN_ACK] < 0)
                at[SYN_ACK] = i, at[ASKED] = latest;
            int64_t *fin = &at[by_client ? CLIENT_FIN : SERVER_FIN];
            int64_t *rst = &at[by_client ? CLIENT_RST : SERVER_RST];
            if ((flags[i] & FLAG_FIN) && *fin < 0)
                *fin = i;
            if ((flags[i] & FLAG_RST) && *rst < 0)
                *rst = i;
        }
        for (int each = 0; each < LANDMARKS; each++)
            out[each * count + g] = at[each];
    }
    Py_END_ALLOW_THREADS
    release(&held);
    Py_RETURN_NONE;
}

PyMethodDef streams_methods[] = {
    {"landmarks", landmarks, METH_VARARGS, landmarks_doc},
    {"group", group, METH_VARARGS, group_doc},
    {"novelty", novelty, METH_VARARGS, novelty_doc},
    {"jumps", jumps, METH_VARARGS, jumps_doc},
    {NULL, NULL, 0, NULL},
};
