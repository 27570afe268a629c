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
    for (Py_ssize_t i = 0; fine && i < rows; i++)
        fine = (number[i] = number_of(&tuples, source[i], destination[i])) >= 0;
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

PyMethodDef streams_methods[] = {
    {"group", group, METH_VARARGS, group_doc},
    {"novelty", novelty, METH_VARARGS, novelty_doc},
    {"jumps", jumps, METH_VARARGS, jumps_doc},
    {NULL, NULL, 0, NULL},
};
