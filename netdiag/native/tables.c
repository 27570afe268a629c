/* Rows of one table put behind those of another. */
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

PyMethodDef tables_methods[] = {
    {"append", append, METH_VARARGS, append_doc},
    {NULL, NULL, 0, NULL},
};
