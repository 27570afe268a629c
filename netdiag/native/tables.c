/* Rows of one table put behind those of another, or spread among its rows. */
#include "native.h"

PyDoc_STRVAR(append_doc,
"append(begin, raised, by, *columns)\n--\n\n"
"Copy the columns of one table, as many as are in the first half of `columns`, to row `begin` of those in\n"
"the second half. What is not negative in column number `raised` (int32; -1 for none) is raised by `by`.");

static PyObject *append(PyObject *self, PyObject *args)
{
    enum { FIXED = 3, MOST = 20 };
    Py_ssize_t count = PyTuple_Size(args) - FIXED, rows = -1;
    PyObject *fixed = PyTuple_GetSlice(args, 0, FIXED);
    Py_ssize_t begin, raised;
    int by, fits = 1;
    Buffers held = {.count = 0};
    (void)self;
    int is_parsed = fixed != NULL && PyArg_ParseTuple(fixed, "nni", &begin, &raised, &by);
    Py_XDECREF(fixed);
    if (!is_parsed)
        return NULL;
    count /= 2;
    if (count < 1 || count > MOST || PyTuple_Size(args) != FIXED + 2 * count || raised >= count)
        return PyErr_Format(PyExc_ValueError, "expected at most %d columns, twice", MOST);
    for (Py_ssize_t i = 0; i < 2 * count; i++)
        if (take(&held, PyTuple_GetItem(args, FIXED + i), i >= count, -1, 1) == NULL) {
            release(&held);
            return NULL;
        }
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t i = 0; fits && i < count; i++) {
        const Py_buffer *from = &held.view[i], *to = &held.view[count + i];
        Py_ssize_t width = from->itemsize;
        if (rows < 0 && width > 0)
            rows = from->len / width;
        fits = begin >= 0 && rows >= 0 && from->len == rows * width && to->itemsize == width &&
               to->len / width - begin >= rows && (i != raised || width == sizeof(int32_t));
        if (fits && i != raised)
            memcpy((char *)to->buf + begin * width, from->buf, (size_t)from->len);
        for (Py_ssize_t row = 0; fits && i == raised && row < rows; row++) {
            int32_t value = ((const int32_t *)from->buf)[row];
            ((int32_t *)to->buf)[begin + row] = value < 0 ? value : (int32_t)((uint32_t)value + (uint32_t)by);
        }
    }
    Py_END_ALLOW_THREADS
    release(&held);
    if (!fits)
        return PyErr_Format(PyExc_ValueError, "expected columns with room for the rows");
    Py_RETURN_NONE;
}

PyDoc_STRVAR(spread_doc,
"spread(rows, mark, detail, tail, sample, out_mark, out_detail, out_tail, out_sample)\n--\n\n"
"Write columns of some rows, ascending, into columns of all; the others become 0, and their sample -1.");

static PyObject *spread(PyObject *self, PyObject *args)
{
    PyObject *o[9];
    Buffers held = {.count = 0};
    Py_ssize_t next_row = 0;
    (void)self;
    if (!PyArg_ParseTuple(args, "OOOOOOOOO", &o[0], &o[1], &o[2], &o[3], &o[4], &o[5], &o[6], &o[7],
                          &o[8]))
        return NULL;
    const int64_t *row = take(&held, o[0], 0, -1, 8);
    Py_ssize_t some = row ? held.view[0].len / 8 : 0;
    const uint8_t *mark = row ? take(&held, o[1], 0, some, 1) : NULL;
    const uint32_t *detail = mark ? take(&held, o[2], 0, some, 4) : NULL;
    const uint32_t *tail = detail ? take(&held, o[3], 0, some, 4) : NULL;
    const int32_t *sample = tail ? take(&held, o[4], 0, some, 4) : NULL;
    uint8_t *out_mark = sample ? take(&held, o[5], 1, -1, 1) : NULL;
    Py_ssize_t all = out_mark ? held.view[5].len : 0;
    uint32_t *out_detail = out_mark ? take(&held, o[6], 1, all, 4) : NULL;
    uint32_t *out_tail = out_detail ? take(&held, o[7], 1, all, 4) : NULL;
    int32_t *out_sample = out_tail ? take(&held, o[8], 1, all, 4) : NULL;
    if (out_sample == NULL) {
        release(&held);
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t i = 0; i < all; i++) {
        int is = next_row < some && row[next_row] == i;
        out_mark[i] = is ? mark[next_row] : 0;
        out_detail[i] = is ? detail[next_row] : 0;
        out_tail[i] = is ? tail[next_row] : 0;
        out_sample[i] = is ? sample[next_row] : -1;
        next_row += is;
    }
    Py_END_ALLOW_THREADS
    release(&held);
    if (next_row < some)
        return PyErr_Format(PyExc_ValueError, "row %zd does not follow those before it", next_row);
    Py_RETURN_NONE;
}

PyDoc_STRVAR(compact_doc,
"compact(rows, *columns)\n--\n\n"
"Move some rows of each column, given in order (int64), to its front. What lies behind them is lost.");

static PyObject *compact(PyObject *self, PyObject *args)
{
    enum { MOST = 40 };
    Py_ssize_t count = PyTuple_Size(args) - 1;
    Buffers held = {.count = 0};
    (void)self;
    if (count < 1 || count > MOST)
        return PyErr_Format(PyExc_ValueError, "expected at most %d columns", MOST);
    const int64_t *row = take(&held, PyTuple_GetItem(args, 0), 0, -1, 8);
    Py_ssize_t rows = row ? held.view[0].len / 8 : 0;
    int64_t last = -1;
    int fits = 1;
    for (Py_ssize_t r = 0; fits && r < rows; last = row[r++])
        fits = row[r] > last;
    for (Py_ssize_t i = 1; row != NULL && i <= count; i++) {
        if (take(&held, PyTuple_GetItem(args, i), 1, -1, 1) == NULL) {
            row = NULL;
            continue;
        }
        Py_ssize_t width = held.view[i].itemsize;
        fits &= (width == 1 || width == 2 || width == 4 || width == 8) && last < held.view[i].len / width;
    }
    if (row == NULL || !fits) {
        release(&held);
        return row == NULL ? NULL : PyErr_Format(PyExc_ValueError, "expected rows of all columns, in order");
    }
#define MOVE(type) \
    for (Py_ssize_t r = 0; r < rows; r++) ((type *)column)[r] = ((type *)column)[row[r]]
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t i = 1; i <= count; i++) {
        void *column = held.view[i].buf;
        switch (held.view[i].itemsize) {
        case 1: MOVE(uint8_t); break;
        case 2: MOVE(uint16_t); break;
        case 4: MOVE(uint32_t); break;
        default: MOVE(uint64_t);
        }
    }
    Py_END_ALLOW_THREADS
#undef MOVE
    release(&held);
    Py_RETURN_NONE;
}

PyMethodDef tables_methods[] = {
    {"compact", compact, METH_VARARGS, compact_doc},
    {"append", append, METH_VARARGS, append_doc},
    {"spread", spread, METH_VARARGS, spread_doc},
    {NULL, NULL, 0, NULL},
};
