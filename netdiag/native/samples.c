/* Beginnings of payloads kept, those of about the same length at one width. */
#include "native.h"

/* The width at which so many bytes are kept, in steps of 64: see netdiag/decode/samples.py. */
enum { NARROW = 64, WIDE = 256, WIDTHS = 1025 };

static inline int64_t steps_of(int64_t keep)
{
    return keep <= 1024 ? (keep + NARROW - 1) / NARROW : (keep + WIDE - 1) / WIDE * (WIDE / NARROW);
}

PyDoc_STRVAR(widths_doc,
"widths(keep, first, row, place)\n--\n\n"
"Lay out the rows of which something is kept, those of each width one behind another, in steps of 64\n"
"bytes: `row` and `place` (1025 of int64) become the number of the first row of each width, from\n"
"`first` on, and its place. A list of each step with rows, and how many; then the bytes of all.");

static PyObject *widths(PyObject *self, PyObject *args)
{
    PyObject *o[3];
    Buffers held = {.count = 0};
    long long first;
    int64_t bytes = 0;
    Py_ssize_t wrong = -1;
    (void)self;
    if (!PyArg_ParseTuple(args, "OLOO", &o[0], &first, &o[1], &o[2]))
        return NULL;
    const int64_t *keep = take(&held, o[0], 0, -1, 8);
    int64_t *row = keep ? take(&held, o[1], 1, WIDTHS, 8) : NULL;
    int64_t *place = row ? take(&held, o[2], 1, WIDTHS, 8) : NULL;
    PyObject *used = place ? PyList_New(0) : NULL;
    if (used == NULL) {
        release(&held);
        return NULL;
    }
    memset(row, 0, WIDTHS * sizeof *row);
    for (Py_ssize_t i = 0; i < held.view[0].len / 8; i++) {
        if (keep[i] < 0 || keep[i] > UINT16_MAX) {
            wrong = i;
            break;
        }
        row[steps_of(keep[i])]++;
    }
    row[0] = 0;
    for (int steps = 0; steps < WIDTHS && wrong < 0; steps++) {
        int64_t count = row[steps];
        row[steps] = first, place[steps] = bytes;
        first += count, bytes += count * steps * NARROW;
        PyObject *entry = count ? Py_BuildValue("iL", steps, (long long)count) : NULL;
        if (count && (entry == NULL || PyList_Append(used, entry) < 0)) {
            Py_XDECREF(entry);
            Py_CLEAR(used);
            break;
        }
        Py_XDECREF(entry);
    }
    release(&held);
    if (used != NULL && wrong >= 0) {
        Py_DECREF(used);
        return PyErr_Format(PyExc_ValueError, "row %zd is to keep no number of bytes from 0 to 65535",
                            wrong);
    }
    return used ? Py_BuildValue("NL", used, (long long)bytes) : NULL;
}

PyDoc_STRVAR(keep_rows_doc,
"keep_rows(data, start, keep, first, row, place, number, lengths, blob)\n--\n\n"
"Copy the rows of which something is kept to `blob`, those of each width one behind another: the first\n"
"of width w to `place[w]`, as number `row[w]`, both of which go up. `number` (int32) is -1 for others;\n"
"`lengths` (uint16) begins with that of number `first`.");

static PyObject *keep_rows(PyObject *self, PyObject *args)
{
    PyObject *o[8];
    Py_ssize_t first, wrong = -1;
    Buffers held = {.count = 0};
    (void)self;
    if (!PyArg_ParseTuple(args, "OOOnOOOOO", &o[0], &o[1], &o[2], &first, &o[3], &o[4], &o[5],
                          &o[6], &o[7]))
        return NULL;
    const uint8_t *data = take(&held, o[0], 0, -1, 1);
    const int64_t *start = data ? take(&held, o[1], 0, -1, 8) : NULL;
    Py_ssize_t rows = start ? held.view[1].len / 8 : 0;
    const int64_t *keep = start ? take(&held, o[2], 0, rows, 8) : NULL;
    int64_t *row = keep ? take(&held, o[3], 1, WIDTHS, 8) : NULL;
    int64_t *place = row ? take(&held, o[4], 1, WIDTHS, 8) : NULL;
    int32_t *number = place ? take(&held, o[5], 1, rows, 4) : NULL;
    uint16_t *lengths = number ? take(&held, o[6], 1, -1, 2) : NULL;
    uint8_t *blob = lengths ? take(&held, o[7], 1, -1, 1) : NULL;
    if (blob == NULL)
        goto failed;
    const int64_t size = held.view[0].len, known = held.view[6].len / 2, room = held.view[7].len;
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t i = 0; i < rows; i++) {
        number[i] = -1;
        if (keep[i] == 0)
            continue;
        int64_t steps = keep[i] < 0 || keep[i] > UINT16_MAX ? 0 : steps_of(keep[i]);
        int64_t width = steps * NARROW, at = place[steps];
        if (steps == 0 || start[i] < 0 || start[i] > size - width || at < 0 || at > room - width ||
            row[steps] < first || row[steps] - first >= known || row[steps] > INT32_MAX) {
            wrong = i;
            break;
        }
        if (width == NARROW)
            memcpy(blob + at, data + start[i], NARROW);
        else
            memcpy(blob + at, data + start[i], (size_t)width);
        lengths[row[steps] - first] = (uint16_t)keep[i];
        number[i] = (int32_t)row[steps]++;
        place[steps] += width;
    }
    Py_END_ALLOW_THREADS
    if (wrong >= 0) {
        PyErr_Format(PyExc_ValueError, "row %zd lies outside its block or has no room", wrong);
        goto failed;
    }
    release(&held);
    Py_RETURN_NONE;
failed:
    release(&held);
    return NULL;
}

PyMethodDef samples_methods[] = {
    {"widths", widths, METH_VARARGS, widths_doc},
    {"keep_rows", keep_rows, METH_VARARGS, keep_rows_doc},
    {NULL, NULL, 0, NULL},
};
