/* Records found in a block: walked one by one by their lengths, and their headers read.
 *
 * What a length says is hostile: it is added up in 64 bits and held against the block.
 */
#include "native.h"

PyDoc_STRVAR(walk_doc,
"walk(block, begin, end, little, length_at, header_bytes, overhead, least, out)\n--\n\n"
"Fill `out` (int64) with the offsets of complete records; how many, and where the walk stopped.");

static PyObject *walk(PyObject *self, PyObject *args)
{
    PyObject *block, *out;
    Py_ssize_t begin, end, length_at, header_bytes, overhead, least, count = 0;
    int little;
    Buffers held = {.count = 0};
    (void)self;
    if (!PyArg_ParseTuple(args, "OnnpnnnnO", &block, &begin, &end, &little, &length_at,
                          &header_bytes, &overhead, &least, &out))
        return NULL;
    const uint8_t *data = take(&held, block, 0, -1, 1);
    int64_t *offsets = data ? take(&held, out, 1, -1, 8) : NULL;
    if (offsets == NULL)
        goto failed;
    if (begin < 0 || end < 0 || end > held.view[0].len || length_at < 0 || header_bytes < 4 ||
        length_at > header_bytes - 4 || overhead < 0 || least < 0 || overhead > UINT16_MAX ||
        least > UINT16_MAX || overhead + least <= 0) {
        PyErr_SetString(PyExc_ValueError, "the walk would leave its block");
        goto failed;
    }
    Py_ssize_t room = held.view[1].len / 8, at = begin;
    Py_BEGIN_ALLOW_THREADS
    while (at <= end - header_bytes && count < room) {
        const uint8_t *field = data + at + length_at;
        int64_t length = little ? le32(field) : be32(field);
        if (length < least || length > end - at - overhead)
            break;
        offsets[count++] = at;
        at += overhead + length;
    }
    Py_END_ALLOW_THREADS
    release(&held);
    return Py_BuildValue("nn", count, at);
failed:
    release(&held);
    return NULL;
}

PyDoc_STRVAR(records_doc,
"records(block, begin, end, little, to_ns, header_bytes, fcs_bytes, most, most_on_wire, link_type,\n"
"        *columns)\n--\n\n"
"Walk along complete pcap records as long as there is room in the columns of `RecordColumns` but for\n"
"the first: how many, where the walk stopped, and whether any of them has lengths that are odd.");

static PyObject *records(PyObject *self, PyObject *args)
{
    enum { TIME, START, CAPTURED, ORIGINAL, LINK, INTERFACE, COLUMNS };
    static const int width[COLUMNS] = {8, 8, 8, 8, 4, 4};
    PyObject *block, *o[COLUMNS];
    void *column[COLUMNS];
    Py_ssize_t begin, end, header_bytes, fcs_bytes, count = 0, room = -1;
    int little, link_type, odd = 0;
    long long to_ns, most, most_on_wire;
    Buffers held = {.count = 0};
    (void)self;
    if (!PyArg_ParseTuple(args, "OnnpLnnLLiOOOOOO", &block, &begin, &end, &little, &to_ns,
                          &header_bytes, &fcs_bytes, &most, &most_on_wire, &link_type, &o[0], &o[1],
                          &o[2], &o[3], &o[4], &o[5]))
        return NULL;
    const uint8_t *data = take(&held, block, 0, -1, 1);
    if (data == NULL || !take_columns(&held, o, width, COLUMNS, 0, &room, column))
        goto failed;
    if (begin < 0 || end < begin || end > held.view[0].len || header_bytes < 16 || fcs_bytes < 0 ||
        to_ns < 0 || to_ns > 1000000000) {
        PyErr_SetString(PyExc_ValueError, "the walk would leave its block");
        goto failed;
    }
    Py_ssize_t at = begin;
    Py_BEGIN_ALLOW_THREADS
    while (at <= end - header_bytes && count < room) {
        const uint8_t *field = data + at;
        int64_t seconds = little ? le32(field) : be32(field);
        int64_t fraction = little ? le32(field + 4) : be32(field + 4);
        int64_t captured = little ? le32(field + 8) : be32(field + 8);
        int64_t original = little ? le32(field + 12) : be32(field + 12);
        if (captured > end - at - header_bytes)
            break;
        Py_ssize_t start = at + header_bytes;
        at = start + captured;
        if (fcs_bytes) {
            original = original > fcs_bytes ? original - fcs_bytes : 0;
            captured = least(captured, original);
        }
        odd |= captured > most || original == 0 || original < captured || original > most_on_wire;
        ((int64_t *)column[TIME])[count] = seconds * 1000000000 + fraction * to_ns;
        ((int64_t *)column[START])[count] = start;
        ((int64_t *)column[CAPTURED])[count] = captured;
        ((int64_t *)column[ORIGINAL])[count] = original;
        ((int32_t *)column[LINK])[count] = link_type;
        ((int32_t *)column[INTERFACE])[count++] = 0;
    }
    Py_END_ALLOW_THREADS
    release(&held);
    return Py_BuildValue("nnO", count, at, odd ? Py_True : Py_False);
failed:
    release(&held);
    return NULL;
}

PyDoc_STRVAR(extent_doc,
"extent(time_ns, link_type)\n--\n\n"
"The least and the greatest time of at least one record, and whether all have one link type.");

static PyObject *extent(PyObject *self, PyObject *args)
{
    PyObject *o[2];
    Buffers held = {.count = 0};
    (void)self;
    if (!PyArg_ParseTuple(args, "OO", &o[0], &o[1]))
        return NULL;
    const int64_t *time_ns = take(&held, o[0], 0, -1, 8);
    Py_ssize_t rows = time_ns ? held.view[0].len / 8 : 0;
    const int32_t *link_type = time_ns ? take(&held, o[1], 0, rows, 4) : NULL;
    if (link_type == NULL || rows == 0) {
        release(&held);
        return link_type == NULL ? NULL : PyErr_Format(PyExc_ValueError, "expected a record");
    }
    long long first = time_ns[0], last = time_ns[0];
    int32_t others = 0;
    for (Py_ssize_t i = 0; i < rows; i++) {
        first = time_ns[i] < first ? time_ns[i] : first;
        last = time_ns[i] > last ? time_ns[i] : last;
        others |= link_type[i] ^ link_type[0];
    }
    release(&held);
    return Py_BuildValue("LLO", first, last, others ? Py_False : Py_True);
}

PyMethodDef walk_methods[] = {
    {"walk", walk, METH_VARARGS, walk_doc},
    {"records", records, METH_VARARGS, records_doc},
    {"extent", extent, METH_VARARGS, extent_doc},
    {NULL, NULL, 0, NULL},
};
