/* The loops over frames and segments that numpy takes in many steps, each in one: records walked,
 * common layers peeled, headers read, segments grouped by four-tuple, new payload told from old.
 * Every one has a twin in Python that says the same; the tests hold the two together.
 *
 * What lies in a capture is hostile: every offset is checked against the block before it is read,
 * lengths are added up in 64 bits, and the hash of a four-tuple has a secret. The caller's arrays
 * are filled; only `group` allocates, and frees, a table of its own.
 */
#include "native.h"

enum { REVISION = 10 }; /* see netdiag/native/__init__.py */

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
    for (int i = 0; data != NULL && i < COLUMNS; i++) {
        if ((column[i] = take(&held, o[i], 1, room, width[i])) == NULL)
            goto failed;
        room = held.view[1].len / 8;
    }
    if (data == NULL)
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

/* What `netdiag.decode.layers.Protocol` calls them; handed over at import, see `names`. */
static struct {
    uint8_t other, tcp, cut, fragment, bad_ipv4, bad_ipv6, bad_tcp, by_scapy;
    uint8_t llc, ethernet, vlan, sll, sll2, ip, ipv4, ipv6;
} P;

#define NAMES "OTHER", "TCP", "CUT", "FRAGMENT", "BAD_IPV4", "BAD_IPV6", "BAD_TCP", "BY_SCAPY", "LLC", \
    "ETHERNET", "VLAN", "SLL", "SLL2", "IP", "IPV4", "IPV6"

PyDoc_STRVAR(names_doc,
"names(*numbers)\n--\n\n"
"Take the numbers of the `Protocol`s in `NAMES`, which are kept in one place: in Python.");

static PyObject *names(PyObject *self, PyObject *args)
{
    (void)self;
    if (!PyArg_ParseTuple(args, "bbbbbbbbbbbbbbbb", &P.other, &P.tcp, &P.cut, &P.fragment,
                          &P.bad_ipv4, &P.bad_ipv6, &P.bad_tcp, &P.by_scapy, &P.llc, &P.ethernet, &P.vlan, &P.sll, &P.sll2, &P.ip,
                          &P.ipv4, &P.ipv6))
        return NULL;
    Py_RETURN_NONE;
}

/* Tables by number on the wire, and by protocol the bytes that its header needs. */
typedef struct {
    const uint8_t *ethertypes, *ip_protocols, *next_headers;
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
"peel(data, end, protocol, offset, ip, ethertypes, ip_protocols, next_headers, header_bytes)\n"
"--\n\nPeel the common layers once, in place; other rows stay as far as they came. How many rows still\n"
"have a layer that can be peeled.");

static PyObject *peel(PyObject *self, PyObject *args)
{
    PyObject *o[9];
    Buffers held = {.count = 0};
    Tables tables;
    (void)self;
    if (!PyArg_ParseTuple(args, "OOOOOOOOO", &o[0], &o[1], &o[2], &o[3], &o[4], &o[5], &o[6],
                          &o[7], &o[8]))
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
    tables.header_bytes = tables.next_headers ? take(&held, o[8], 0, 256, 8) : NULL;
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

enum { BLANK_LINE = 0x0d0a0d0a };

/* The last four bytes of a payload, as `Leads.last_four` has them. */
static inline uint32_t last_four(const uint8_t *payload, int64_t captured, int64_t length)
{
    if (captured < length || length < 4)
        return 0;
    uint32_t four = be32(payload + length - 4);
    if (four == BLANK_LINE && length >= 6 && be32(payload + length - 6) == BLANK_LINE)
        return 0x0a0d0a0d;
    return four;
}

/* The methods that nearly all requests have; none of them is another protocol's as well. */
static inline int is_request(const uint8_t *payload, int64_t captured)
{
    static const char *methods[] = {"GET ", "POST ", "PUT ", "HEAD ", "DELETE ", "PATCH "};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        size_t size = strlen(methods[i]);
        if ((size_t)captured >= size && memcmp(payload, methods[i], size) == 0)
            return 1;
    }
    return 0;
}

static inline int digit(uint8_t byte) { return byte >= '0' && byte <= '9'; }

/* The status code of a status line, 0 for none. */
static inline uint32_t status_of(const uint8_t *at, int64_t captured)
{
    if (captured < 12 || memcmp(at, "HTTP/", 5) != 0 || at[6] != '.' || at[8] != ' ')
        return 0;
    if (!digit(at[9]) || at[9] == '0' || !digit(at[10]) || !digit(at[11]))
        return 0;
    return (uint32_t)((at[9] - '0') * 100 + (at[10] - '0') * 10 + (at[11] - '0'));
}

/* Whether some protocol may know a payload: see netdiag/exchanges/protocols/beginnings.py. */
static inline int may_be_known(const uint8_t *payload, int64_t captured, const uint8_t *octets,
                               const uint32_t *words, Py_ssize_t count)
{
    if (captured < 4 || payload[2] == 0 || octets[payload[0]])
        return 1;
    uint32_t word = be32(payload);
    Py_ssize_t low = 0;
    while (count > 0) {
        Py_ssize_t half = count / 2;
        if (words[low + half] < word)
            low += half + 1, count -= half + 1;
        else if (words[low + half] == word)
            return 1;
        else
            count = half;
    }
    return 0;
}

PyDoc_STRVAR(http_doc,
"http(data, start, captured, length, request, response, head_bytes, small_bytes, kept_bytes, octets,\n"
"     words, mark, detail, tail, keep, rest)\n--\n\n"
"Fill the columns of `Marks`; `mark` is 0 where a payload is no common head of HTTP/1. Those among these\n"
"that some protocol may know, by its `Beginnings`, are put in `rest` (int64): how many there are.");

static PyObject *http(PyObject *self, PyObject *args)
{
    PyObject *o[11];
    unsigned char request, response;
    Py_ssize_t head_bytes, small_bytes, kept_bytes, wrong = -1, unsure = 0;
    Buffers held = {.count = 0};
    (void)self;
    if (!PyArg_ParseTuple(args, "OOOObbnnnOOOOOOO", &o[0], &o[1], &o[2], &o[3], &request, &response,
                          &head_bytes, &small_bytes, &kept_bytes, &o[4], &o[5], &o[6], &o[7], &o[8],
                          &o[9], &o[10]))
        return NULL;
    const uint8_t *data = take(&held, o[0], 0, -1, 1);
    const int64_t *start = data ? take(&held, o[1], 0, -1, 8) : NULL;
    Py_ssize_t rows = start ? held.view[1].len / 8 : 0;
    const int64_t *captured = start ? take(&held, o[2], 0, rows, 8) : NULL;
    const int64_t *length = captured ? take(&held, o[3], 0, rows, 8) : NULL;
    const uint8_t *octets = length ? take(&held, o[4], 0, 256, 1) : NULL;
    const uint32_t *words = octets ? take(&held, o[5], 0, -1, 4) : NULL;
    Py_ssize_t known = words ? held.view[5].len / 4 : 0;
    uint8_t *mark = words ? take(&held, o[6], 1, rows, 1) : NULL;
    uint32_t *detail = mark ? take(&held, o[7], 1, rows, 4) : NULL;
    uint32_t *tail = detail ? take(&held, o[8], 1, rows, 4) : NULL;
    int64_t *keep = tail ? take(&held, o[9], 1, rows, 8) : NULL;
    int64_t *rest = keep ? take(&held, o[10], 1, rows, 8) : NULL;
    if (rest == NULL)
        goto failed;
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t i = 0; i < rows; i++) {
        int64_t size = least(captured[i], length[i]);
        if (start[i] < 0 || captured[i] < 0 || start[i] > held.view[0].len ||
            captured[i] > held.view[0].len - start[i]) {
            wrong = i;
            break;
        }
        const uint8_t *payload = data + start[i];
        uint32_t status = status_of(payload, captured[i]);
        int asks = status == 0 && is_request(payload, captured[i]);
        mark[i] = status ? response : asks ? request : 0;
        detail[i] = asks ? be32(payload) : status;
        tail[i] = last_four(payload, captured[i], length[i]);
        keep[i] = mark[i] ? least(size, head_bytes)
                  : length[i] <= small_bytes ? least(size, kept_bytes) : 0;
        if (!mark[i] && may_be_known(payload, captured[i], octets, words, known))
            rest[unsure++] = i;
    }
    Py_END_ALLOW_THREADS
    if (wrong >= 0) {
        PyErr_Format(PyExc_ValueError, "payload %zd lies outside its block", wrong);
        goto failed;
    }
    release(&held);
    return PyLong_FromSsize_t(unsure);
failed:
    release(&held);
    return NULL;
}

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

PyDoc_STRVAR(lines_doc,
"lines(octets, width, lengths, out)\n--\n\n"
"Fill `out` (uint64) with a number for each row of `octets` that depends on its bytes up to the first\n"
"carriage return, at most as many as `lengths` (int64) says.");

static PyObject *lines(PyObject *self, PyObject *args)
{
    PyObject *o[3];
    Py_ssize_t width;
    Buffers held = {.count = 0};
    (void)self;
    if (!PyArg_ParseTuple(args, "OnOO", &o[0], &width, &o[1], &o[2]))
        return NULL;
    const uint8_t *octets = take(&held, o[0], 0, -1, 1);
    const int64_t *lengths = octets ? take(&held, o[1], 0, -1, 8) : NULL;
    Py_ssize_t rows = lengths ? held.view[1].len / 8 : 0;
    uint64_t *out = lengths ? take(&held, o[2], 1, rows, 8) : NULL;
    if (out == NULL)
        goto failed;
    if (width <= 0 || held.view[0].len / width < rows) {
        PyErr_SetString(PyExc_ValueError, "there are fewer octets than rows of that width");
        goto failed;
    }
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t i = 0; i < rows; i++) {
        const uint8_t *line = octets + i * width;
        int64_t length = least(lengths[i], width);
        uint64_t number = 0xcbf29ce484222325u; /* FNV-1a, 64 bits */
        for (int64_t at = 0; at < length && line[at] != '\r'; at++)
            number = (number ^ line[at]) * 0x100000001b3u;
        out[i] = number;
    }
    Py_END_ALLOW_THREADS
    release(&held);
    Py_RETURN_NONE;
failed:
    release(&held);
    return NULL;
}

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
        memset(begins, 0, (size_t)rows);
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
    for (int i = 0; i < COLUMNS; i++) {
        column[i] = take(&held, o[i], i >= POSITION, rows, width[i]);
        if (column[i] == NULL) {
            release(&held);
            return NULL;
        }
        rows = held.view[0].len;
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

static PyMethodDef methods[] = {
    {"walk", walk, METH_VARARGS, walk_doc},
    {"records", records, METH_VARARGS, records_doc},
    {"extent", extent, METH_VARARGS, extent_doc},
    {"names", names, METH_VARARGS, names_doc},
    {"begin", begin, METH_VARARGS, begin_doc},
    {"peel", peel, METH_VARARGS, peel_doc},
    {"segments", segments, METH_VARARGS, segments_doc},
    {"http", http, METH_VARARGS, http_doc},
    {"widths", widths, METH_VARARGS, widths_doc},
    {"keep_rows", keep_rows, METH_VARARGS, keep_rows_doc},
    {"spread", spread, METH_VARARGS, spread_doc},
    {"lines", lines, METH_VARARGS, lines_doc},
    {"group", group, METH_VARARGS, group_doc},
    {"jumps", jumps, METH_VARARGS, jumps_doc},
    {"novelty", novelty, METH_VARARGS, novelty_doc},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "netdiag.native._native", NULL, -1, methods, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__native(void)
{
    PyObject *self = PyModule_Create(&module);
    if (self != NULL && PyModule_AddFunctions(self, fold_methods) < 0)
        Py_CLEAR(self);
    if (self != NULL && PyModule_AddFunctions(self, heads_methods) < 0)
        Py_CLEAR(self);
    if (self != NULL && PyModule_AddFunctions(self, merge_methods) < 0)
        Py_CLEAR(self);
    if (self != NULL && PyModule_AddIntConstant(self, "REVISION", REVISION) < 0)
        Py_CLEAR(self);
    PyObject *list = self ? Py_BuildValue("(ssssssssssssssss)", NAMES) : NULL;
    if (list == NULL || PyModule_AddObjectRef(self, "NAMES", list) < 0)
        Py_CLEAR(self);
    Py_XDECREF(list);
    return self;
}
