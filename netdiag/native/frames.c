/* Frames peeled down to TCP, and the headers of their segments read.
 *
 * Every offset is checked against the frame, and the frame against its block, before it is read.
 */
#include "native.h"

/* What `netdiag.decode.layers.Protocol` calls them; handed over at import, see `names`. */
static struct {
    uint8_t other, tcp, cut, fragment, bad_ipv4, bad_ipv6, bad_tcp, by_scapy;
    uint8_t llc, ethernet, vlan, sll, sll2, ip, ipv4, ipv6, udp;
} P;

PyDoc_STRVAR(names_doc,
"names(*numbers)\n--\n\n"
"Take the numbers of the `Protocol`s in `NAMES`, which are kept in one place: in Python.");

static PyObject *names(PyObject *self, PyObject *args)
{
    (void)self;
    if (!PyArg_ParseTuple(args, "bbbbbbbbbbbbbbbbb", &P.other, &P.tcp, &P.cut, &P.fragment,
                          &P.bad_ipv4, &P.bad_ipv6, &P.bad_tcp, &P.by_scapy, &P.llc, &P.ethernet,
                          &P.vlan, &P.sll, &P.sll2, &P.ip, &P.ipv4, &P.ipv6, &P.udp))
        return NULL;
    Py_RETURN_NONE;
}

/* Tables by number on the wire, and by protocol the bytes that its header needs. */
typedef struct {
    const uint8_t *ethertypes, *ip_protocols, *next_headers, *udp_ports;
    const int64_t *header_bytes;
} Tables;

enum { ARPHRD_NETLINK = 824 };

/* One frame, and how far it is peeled. `at` may lie behind `end` once `protocol` is CUT. */
typedef struct {
    const uint8_t *data;
    int64_t at, end, ip;
    uint8_t protocol;
} Frame;

static inline void next(Frame *frame, const Tables *tables, uint8_t protocol, int64_t header)
{
    frame->at += header;
    frame->protocol =
        tables->header_bytes[protocol] > frame->end - frame->at ? P.cut : protocol;
}

static inline uint8_t cooked(const Tables *tables, uint16_t device, uint16_t ethertype)
{
    uint8_t protocol = device == ARPHRD_NETLINK ? P.other : tables->ethertypes[ethertype];
    return protocol == P.llc ? P.other : protocol;
}

static inline void peel_ipv4(Frame *frame, const Tables *tables)
{
    const uint8_t *header = frame->data + frame->at;
    uint16_t length = be16(header + 2);
    int header_bytes = (header[0] & 15) * 4;
    uint8_t protocol = tables->ip_protocols[header[9]];
    if (be16(header + 6) & 0x1fff)
        protocol = P.fragment;
    if (header[0] >> 4 != 4 || header_bytes < 20 || (length != 0 && length < header_bytes))
        protocol = P.bad_ipv4;
    frame->ip = frame->at;
    next(frame, tables, protocol, header_bytes);
}

static inline void peel_ipv6(Frame *frame, const Tables *tables)
{
    const uint8_t *header = frame->data + frame->at;
    frame->ip = frame->at;
    next(frame, tables, header[0] >> 4 == 6 ? tables->next_headers[header[6]] : P.bad_ipv6, 40);
}

/* One pass over the common layers, in the order of the shelf. */
static inline void peel_frame(Frame *frame, const Tables *tables)
{
    next(frame, tables, frame->protocol, 0);
    const uint8_t *header = frame->data + frame->at;
    if (frame->protocol == P.sll)
        next(frame, tables, cooked(tables, be16(header + 2), be16(header + 14)), 16);
    else if (frame->protocol == P.sll2)
        next(frame, tables, cooked(tables, be16(header + 8), be16(header)), 20);
    if (frame->protocol == P.ethernet)
        next(frame, tables, tables->ethertypes[be16(frame->data + frame->at + 12)], 14);
    if (frame->protocol == P.vlan)
        next(frame, tables, tables->ethertypes[be16(frame->data + frame->at + 2)], 4);
    if (frame->protocol == P.ip) {
        int version = frame->data[frame->at] >> 4;
        next(frame, tables, version == 4 ? P.ipv4 : version == 6 ? P.ipv6 : P.other, 0);
    }
    if (frame->protocol == P.ipv4)
        peel_ipv4(frame, tables);
    if (frame->protocol == P.ipv6)
        peel_ipv6(frame, tables);
    if (frame->protocol == P.udp)
        next(frame, tables, tables->udp_ports[be16(frame->data + frame->at + 2)], 8);
}

PyDoc_STRVAR(begin_doc,
"begin(link_type, start, captured, protocols, protocol, offset, end, ip)\n--\n\n"
"Fill the columns of `Peeling` before anything is peeled. `protocols` has what frames of each link type\n"
"below its length begin with; the others, and those without, are BY_SCAPY: how many.");

static PyObject *begin(PyObject *self, PyObject *args)
{
    PyObject *o[8];
    Buffers held = {.count = 0};
    (void)self;
    if (!PyArg_ParseTuple(args, "OOOOOOOO", &o[0], &o[1], &o[2], &o[3], &o[4], &o[5], &o[6], &o[7]))
        return NULL;
    const int32_t *link_type = take(&held, o[0], 0, -1, 4);
    Py_ssize_t rows = link_type ? held.view[0].len / 4 : 0, unknown = 0;
    const int64_t *start = link_type ? take(&held, o[1], 0, rows, 8) : NULL;
    const int64_t *captured = start ? take(&held, o[2], 0, rows, 8) : NULL;
    const uint8_t *protocols = captured ? take(&held, o[3], 0, -1, 1) : NULL;
    Py_ssize_t known = protocols ? held.view[3].len : 0;
    uint8_t *protocol = protocols ? take(&held, o[4], 1, rows, 1) : NULL;
    int64_t *offset = protocol ? take(&held, o[5], 1, rows, 8) : NULL;
    int64_t *end = offset ? take(&held, o[6], 1, rows, 8) : NULL;
    int64_t *ip = end ? take(&held, o[7], 1, rows, 8) : NULL;
    for (Py_ssize_t i = 0; ip != NULL && i < rows; i++) {
        int32_t type = link_type[i];
        protocol[i] = type >= 0 && type < known ? protocols[type] : P.by_scapy;
        offset[i] = start[i], ip[i] = -1;
        end[i] = (int64_t)((uint64_t)start[i] + (uint64_t)captured[i]); /* `peel` looks at them */
        unknown += protocol[i] == P.by_scapy;
    }
    release(&held);
    return ip == NULL ? NULL : PyLong_FromSsize_t(unknown);
}

PyDoc_STRVAR(peel_doc,
"peel(data, end, protocol, offset, ip, ethertypes, ip_protocols, next_headers, udp_ports, header_bytes)\n"
"--\n\nPeel the common layers once, in place; other rows stay as far as they came. How many rows still\n"
"have a layer that can be peeled.");

static PyObject *peel(PyObject *self, PyObject *args)
{
    PyObject *o[10];
    Buffers held = {.count = 0};
    Tables tables;
    (void)self;
    if (!PyArg_ParseTuple(args, "OOOOOOOOOO", &o[0], &o[1], &o[2], &o[3], &o[4], &o[5], &o[6],
                          &o[7], &o[8], &o[9]))
        return NULL;
    const uint8_t *data = take(&held, o[0], 0, -1, 1);
    const int64_t *end = data ? take(&held, o[1], 0, -1, 8) : NULL;
    Py_ssize_t rows = end ? held.view[1].len / 8 : 0, wrong = -1, left = 0;
    uint8_t *protocol = end ? take(&held, o[2], 1, rows, 1) : NULL;
    int64_t *offset = protocol ? take(&held, o[3], 1, rows, 8) : NULL;
    int64_t *ip = offset ? take(&held, o[4], 1, rows, 8) : NULL;
    tables.ethertypes = ip ? take(&held, o[5], 0, 65536, 1) : NULL;
    tables.ip_protocols = tables.ethertypes ? take(&held, o[6], 0, 256, 1) : NULL;
    tables.next_headers = tables.ip_protocols ? take(&held, o[7], 0, 256, 1) : NULL;
    tables.udp_ports = tables.next_headers ? take(&held, o[8], 0, 65536, 1) : NULL;
    tables.header_bytes = tables.udp_ports ? take(&held, o[9], 0, 256, 8) : NULL;
    if (tables.header_bytes == NULL)
        goto failed;
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t i = 0; i < rows; i++) {
        if (offset[i] < 0 || end[i] < offset[i] || end[i] > held.view[0].len) {
            wrong = i;
            break;
        }
        Frame frame = {data, offset[i], end[i], ip[i], protocol[i]};
        peel_frame(&frame, &tables);
        protocol[i] = frame.protocol, offset[i] = frame.at, ip[i] = frame.ip;
        left += frame.protocol != P.tcp && tables.header_bytes[frame.protocol] >= 0;
    }
    Py_END_ALLOW_THREADS
    if (wrong >= 0) {
        PyErr_Format(PyExc_ValueError, "frame %zd lies outside its block", wrong);
        goto failed;
    }
    release(&held);
    return PyLong_FromSsize_t(left);
failed:
    release(&held);
    return NULL;
}

enum { IPV6_BYTES = 40, TCP_BYTES = 20 };

/* Where a Linux cooked capture says which way a packet went: netdiag/decode/departures.py. */
enum { LINKTYPE_SLL = 113, LINKTYPE_SLL2 = 276, COOKED_BYTES = 20, TO_US = 0, BY_US = 4 };
enum { UNKNOWN = 0, ARRIVED = 1, LEFT = 2 };

/* Whether a checksum is that of the pseudo header alone, which is yet to be completed. */
static inline int is_partial(const uint8_t *ip, const uint8_t *tcp, int64_t length)
{
    int is_six = ip[0] >> 4 == 6;
    const uint8_t *addresses = ip + (is_six ? 8 : 12);
    int64_t total = length + 6; /* the number of TCP */
    for (int i = 0; i < (is_six ? 32 : 8); i += 2)
        total += be16(addresses + i);
    total = (total & 0xffff) + (total >> 16);
    total = (total & 0xffff) + (total >> 16);
    return total == be16(tcp + 16);
}

static inline uint8_t way_of(const uint8_t *frame, int32_t link_type, const uint8_t *ip,
                             const uint8_t *tcp, int64_t length)
{
    uint8_t way = tcp[13] & FLAG_SYN && is_partial(ip, tcp, length) ? LEFT : UNKNOWN;
    if (link_type == LINKTYPE_SLL || link_type == LINKTYPE_SLL2) {
        uint8_t kind = frame[link_type == LINKTYPE_SLL ? 1 : 10];
        way = kind == TO_US ? ARRIVED : kind == BY_US ? LEFT : way;
    }
    return way;
}

PyDoc_STRVAR(segments_doc,
"segments(data, frame, time_ns, start, captured, original, link_type, protocol, offset, ip,\n"
"         *columns)\n--\n\n"
"Read the IP and TCP headers of the frames whose `protocol` is TCP. Those that contradict themselves\n"
"become BAD_TCP; the others fill the columns, one behind another. Of IPv6 only the ports are put into\n"
"the endpoints. How many segments, segments of IPv6, and segments with captured payload there are.");

static PyObject *segments(PyObject *self, PyObject *args)
{
    enum { DATA, FRAME, TIME, START, CAPTURED, ORIGINAL, LINK, PROTOCOL, OFFSET, IP,
           /* `Segments` */
           FRAME_OUT, TIME_OUT, SOURCE, DESTINATION, SEQUENCE, ACKNOWLEDGMENT, FLAGS, WINDOW,
           LENGTH, HEADER_LENGTH, TTL, IP_ID, WAY, IP_OUT,
           /* `Payloads` */
           ROW, PAYLOAD, PAYLOAD_CAPTURED, PAYLOAD_LENGTH, COLUMNS };
    static const int width[COLUMNS] = {1, 8, 8, 8, 8, 8, 4, 1, 8, 8, 4, 8, 8, 8,
                                       4, 4, 1, 2, 4, 1, 1, 2, 1, 8, 8, 8, 8, 8};
    void *column[COLUMNS];
    Buffers held = {.count = 0};
    (void)self;
    if (PyTuple_Size(args) != COLUMNS)
        return PyErr_Format(PyExc_TypeError, "expected %d arguments", COLUMNS);
    Py_ssize_t rows = -1, wrong = -1;
    for (int i = 0; i < COLUMNS; i++) {
        column[i] = take(&held, PyTuple_GetItem(args, i), i == PROTOCOL || i >= FRAME_OUT,
                         i == DATA ? -1 : rows, width[i]);
        if (column[i] == NULL)
            goto failed;
        if (i == FRAME)
            rows = held.view[FRAME].len / 8;
    }
    const uint8_t *data = column[DATA];
    const int64_t size = held.view[DATA].len;
    const int64_t *frame = column[FRAME], *time_ns = column[TIME], *start = column[START];
    const int64_t *captured = column[CAPTURED], *original = column[ORIGINAL];
    const int64_t *offset = column[OFFSET], *inner_ip = column[IP];
    const int32_t *link_type = column[LINK];
    uint8_t *protocol = column[PROTOCOL];
    Py_ssize_t count = 0, six = 0, payloads = 0;
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t i = 0; i < rows; i++) {
        if (protocol[i] != P.tcp)
            continue;
        int64_t ip = inner_ip[i], tcp = offset[i];
        if (ip < 0 || ip > size - IPV6_BYTES || tcp < 0 || tcp > size - TCP_BYTES ||
            start[i] < 0 || start[i] > size - COOKED_BYTES || captured[i] < 0 ||
            captured[i] > UINT32_MAX || original[i] < 0 || original[i] > UINT32_MAX) {
            wrong = i;
            break;
        }
        const uint8_t *inner = data + ip, *header = data + tcp;
        int is_six = inner[0] >> 4 == 6;
        int64_t says = be16(inner + (is_six ? 4 : 2)), header_length = (header[12] >> 4) * 4;
        int64_t end = says ? ip + says + (is_six ? IPV6_BYTES : 0)
                           : start[i] + (original[i] > captured[i] ? original[i] : captured[i]);
        int64_t payload = tcp + header_length, length = end - payload;
        if (header_length < TCP_BYTES || length < 0) {
            protocol[i] = P.bad_tcp;
            continue;
        }
        uint64_t source = be16(header), destination = be16(header + 2);
        if (is_six) {
            six++;
        } else {
            source |= (uint64_t)be32(inner + 12) << 16;
            destination |= (uint64_t)be32(inner + 16) << 16;
        }
        ((uint32_t *)column[FRAME_OUT])[count] = (uint32_t)frame[i];
        ((int64_t *)column[TIME_OUT])[count] = time_ns[i];
        ((uint64_t *)column[SOURCE])[count] = source;
        ((uint64_t *)column[DESTINATION])[count] = destination;
        ((uint32_t *)column[SEQUENCE])[count] = be32(header + 4);
        ((uint32_t *)column[ACKNOWLEDGMENT])[count] = be32(header + 8);
        ((uint8_t *)column[FLAGS])[count] = header[13];
        ((uint16_t *)column[WINDOW])[count] = be16(header + 14);
        ((uint32_t *)column[LENGTH])[count] = (uint32_t)length;
        ((uint8_t *)column[HEADER_LENGTH])[count] = (uint8_t)header_length;
        ((uint8_t *)column[TTL])[count] = inner[is_six ? 7 : 8];
        ((uint16_t *)column[IP_ID])[count] = is_six ? 0 : be16(inner + 4);
        ((uint8_t *)column[WAY])[count] =
            way_of(data + start[i], link_type[i], inner, header, header_length + length);
        ((int64_t *)column[IP_OUT])[count] = ip;
        int64_t there = least(length, start[i] + captured[i] - payload);
        if (there > 0) {
            ((int64_t *)column[ROW])[payloads] = count;
            ((int64_t *)column[PAYLOAD])[payloads] = payload;
            ((int64_t *)column[PAYLOAD_CAPTURED])[payloads] = there;
            ((int64_t *)column[PAYLOAD_LENGTH])[payloads++] = length;
        }
        count++;
    }
    Py_END_ALLOW_THREADS
    if (wrong >= 0) {
        PyErr_Format(PyExc_ValueError, "the headers of row %zd lie outside the block", wrong);
        goto failed;
    }
    release(&held);
    return Py_BuildValue("nnn", count, six, payloads);
failed:
    release(&held);
    return NULL;
}

PyMethodDef frames_methods[] = {
    {"names", names, METH_VARARGS, names_doc},
    {"begin", begin, METH_VARARGS, begin_doc},
    {"peel", peel, METH_VARARGS, peel_doc},
    {"segments", segments, METH_VARARGS, segments_doc},
    {NULL, NULL, 0, NULL},
};
