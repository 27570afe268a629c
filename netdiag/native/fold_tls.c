/* Tells what new payload is in TLS, by the lengths of its records, as `netdiag.exchanges.tls_roles` and
 * `netdiag.exchanges.http2_in_tls` do. These see a whole connection: what a later record may change is
 * in doubt here, and stays. */
#include "fold.h"

/* Lengths, as in `netdiag.exchanges.tls_records` and `netdiag.exchanges.tls_roles`. */
enum { TLS_13 = 17, GCM_12 = 24, CHACHA20_12 = 16, JAVAS_PADDING = 16, SETTINGS_ACK = 9,
       FINISHED_12 = 16, FINISHED_SHA256 = 53, SHORTEST_COMMAND = 23, SHORTEST_TICKET = 64,
       LONGEST_TICKET = 768, HEADER_BYTES = 5 };

/* The first and the last record of a segment, as far as they can be told; 0 for none. */
typedef struct {
    uint32_t first, last, longest;
    int is_data; /* a record of data begins the segment */
} Records;

static Records records_of(const Fold *fold, const Columns *c, Py_ssize_t i)
{
    Records it = {.is_data = c->mark[i] == fold->data};
    it.first = it.is_data ? c->detail[i] : 0;
    it.last = c->mark[i] != 0 && c->tail[i] >> 16 == TLS_DATA ? c->tail[i] & 0xFFFF : 0;
    it.longest = it.first > it.last ? it.first : it.last;
    return it;
}

/* Whether the record that begins a segment is its only one, as far as can be told. */
static inline int is_alone(Records it) { return it.last == 0 || it.last == it.first; }

/* What a record may be. */
static inline int may_be(const Fold *fold, uint32_t length)
{
    return length < SHORTER ? fold->shorter[length] : ANY;
}

/* What a client's record is that carries so much of HTTP/2. */
static int frame_of(const Fold *fold, uint32_t length, uint32_t overhead)
{
    uint32_t plain = length - overhead;
    return length >= overhead && plain < SHORTER ? fold->frame[plain] : WORD_FRAME;
}

/* What TLS adds to a client's record, as far as is known. */
static uint32_t overhead_of(const Flow *flow)
{
    uint32_t padding = flow->hints & PADS ? JAVAS_PADDING : 0;
    if (!(flow->hints & HAS_KEY))
        return TLS_13 + padding;
    return (flow->hints & WITH_CHACHA20 ? CHACHA20_12 : GCM_12) + padding;
}

/* Whether a record of 25 octets would show the cipher of TLS 1.2: nothing has yet. */
static inline int is_cipher_open(const Flow *flow)
{
    return flow->hints & HAS_KEY && !(flow->hints & (WITH_GCM | WITH_CHACHA20));
}

/* What a client's record is on a connection with HTTP/2. */
static int http2_frame(const Fold *fold, const Flow *flow, uint32_t length)
{
    int frame = frame_of(fold, length, overhead_of(flow));
    if (!is_cipher_open(flow))
        return frame;
    int with_chacha20 = frame_of(fold, length, overhead_of(flow) - GCM_12 + CHACHA20_12);
    return frame == with_chacha20 ? frame : DOUBTFUL_FRAME;
}

/* Whether a client's record acknowledges SETTINGS. */
static int acknowledges(const Flow *flow, uint32_t length)
{
    return length == SETTINGS_ACK + overhead_of(flow);
}

/* Have what shows something about a connection stay. */
static void learn(Flow *flow)
{
    if (flow->exchanges)
        at(flow, flow->exchanges - 1)->clean = 0;
    if (flow->exchanges > 1 || flow->hints & SEEMED_ALERT)
        flow->story = ROUGH; /* what came before may be something else than it seemed */
}

/* What a client says to a database with which it has begun in clear. It is no HTTP/2, whatever seems to
 * show it. */
static int to_database(const Fold *fold, Flow *flow, Records it, int asking)
{
    uint32_t shortest = SHORTEST_COMMAND + (flow->hints & PADS ? JAVAS_PADDING : 0);
    if (may_be(fold, it.longest) & ALERT)
        return ODD;
    if (it.longest && it.longest < shortest) /* nothing is asked, if longer ones are on the connection */
        return flow->hints & HAS_ASKED ? NO_WORD : ODD;
    if (it.is_data && flow->exchanges == 0)
        flow->hints |= HAS_ASKED; /* in an exchange that stays */
    return it.is_data && !asking ? ASKS : GOES_ON;
}

/* What a client says once the handshake is over. */
static int client_says(const Fold *fold, Flow *flow, const Columns *c, Py_ssize_t i)
{
    Records it = records_of(fold, c, i);
    int asking = flow->exchanges && at(flow, flow->exchanges - 1)->state == ASKING;
    if (it.first == SETTINGS_ACK + CHACHA20_12 && is_cipher_open(flow)) {
        flow->hints |= WITH_CHACHA20;
        learn(flow);
    }
    if (flow->hints & BEGUN_IN_CLEAR)
        return to_database(fold, flow, it, asking);
    if (!flow->is_http2 && (acknowledges(flow, it.first) || acknowledges(flow, it.last))) {
        flow->is_http2 = 1;
        learn(flow);
    }
    if (may_be(fold, it.longest) & ALERT)
        flow->hints |= SEEMED_ALERT;
    int frame = flow->is_http2 ? http2_frame(fold, flow, it.longest) : WORD_FRAME;
    int doubtful = flow->is_http2 ? ALERT : ALERT | SHORT;
    if (it.longest && (may_be(fold, it.longest) & doubtful || frame == DOUBTFUL_FRAME))
        return ODD;
    if (it.longest && frame == ASIDE_FRAME)
        return NO_WORD;
    return it.is_data && !asking ? ASKS : GOES_ON;
}

/* Note what a client's handshake in clear shows: its version and its cipher. */
static void hear_handshake(const Fold *fold, Flow *flow, const Columns *c, Py_ssize_t i)
{
    enum { CHANGE = 1, RECORD = 6 }; /* a change_cipher_spec, alone or before a Finished that was cut */
    uint32_t first = c->detail[i], tail = c->tail[i];
    int is_change = first == CHANGE || (first > RECORD && may_be(fold, first - RECORD) & FINISHED);
    if (c->mark[i] == fold->client_hello)
        flow->hints |= GREETED_WHOLE;
    else if (flow->hints & BEGUN && !is_change)
        flow->hints |= HAS_KEY;
    int is_later = c->mark[i] == fold->handshake && flow->hints & BEGUN;
    if (is_later && tail == (TLS_HANDSHAKE << 16 | (FINISHED_12 + GCM_12)))
        flow->hints |= WITH_GCM | HAS_KEY;
    if (is_later && tail == (TLS_HANDSHAKE << 16 | (FINISHED_12 + CHACHA20_12)))
        flow->hints |= WITH_CHACHA20 | HAS_KEY;
    flow->hints |= BEGUN;
}

/* Whether a client's payload is its Finished alone. */
static int is_finished(const Fold *fold, const Flow *flow, Records it)
{
    return it.is_data && !flow->is_verified && may_be(fold, it.first) & FINISHED &&
           is_alone(it);
}

/* A client's payload before its first request. What comes after its Finished, or in one segment
 * with it, is one; see `netdiag.exchanges.tls_roles`. */
static int greets(const Fold *fold, Flow *flow, const Columns *c, Py_ssize_t i)
{
    uint8_t mark = c->mark[i];
    Records it = records_of(fold, c, i);
    if (mark == fold->client_hello || mark == fold->handshake) {
        hear_handshake(fold, flow, c, i);
        if (it.last && mark == fold->handshake)
            flow->is_verified = 1;
        if (it.last && !(may_be(fold, it.last) & FINISHED)) {
            if (mark == fold->client_hello)
                return STRANGE; /* early data */
            flow->talk = ENCRYPTED;
            flow->is_http2 |= (uint8_t)acknowledges(flow, it.last);
            return ASKS; /* the first one: it stays */
        }
        flow->talk = GREETS;
        return GOES_ON;
    }
    if (mark == 0)
        return flow->talk == GREETS ? GOES_ON : STRANGE;
    flow->talk = GREETED;
    if (is_finished(fold, flow, it)) {
        flow->is_verified = 1;
        if (flow->hints & GREETED_WHOLE &&
            (it.first == FINISHED_SHA256 + 2 * JAVAS_PADDING ||
             (it.first == FINISHED_SHA256 + JAVAS_PADDING && flow->hints & HEARD_SHA256)))
            flow->hints |= PADS;
        return GOES_ON;
    }
    if (!it.is_data)
        return STRANGE;
    flow->talk = ENCRYPTED;
    return client_says(fold, flow, c, i);
}

/* Whether a server's payload may be the second of two session tickets, or both; or else the first. */
static int is_ticket(Flow *flow, Records it, uint32_t length)
{
    if (!it.is_data || it.last != it.first || it.first < SHORTEST_TICKET || it.first > LONGEST_TICKET)
        return 0;
    int is_alone = length == it.first + HEADER_BYTES;
    if ((is_alone && it.first == flow->ticket) || length == 2 * (it.first + HEADER_BYTES))
        return 1;
    if (is_alone && !flow->ticket)
        flow->ticket = (uint16_t)it.first;
    return 0;
}

/* A server's payload before the client's first request. */
static int welcomes(const Fold *fold, Flow *flow, const Columns *c, Py_ssize_t i)
{
    uint8_t mark = c->mark[i];
    Records it = records_of(fold, c, i);
    if (mark == fold->handshake && c->tail[i] >> 16 == TLS_HANDSHAKE)
        flow->is_verified = 1; /* TLS 1.2 */
    if (it.last == FINISHED_SHA256)
        flow->hints |= HEARD_SHA256;
    flow->talk = GREETED;
    (void)is_ticket(flow, it, c->length[i]);
    return mark == 0 || it.is_data || mark == fold->handshake || mark == fold->server_hello
               ? GOES_ON : STRANGE;
}

/* What new payload is on a connection that began with a client's hello in TLS. Short records may
 * show only later what they are: no exchange with one is set aside, nor those around it. */
int fold_in_tls(const Fold *fold, Flow *flow, const Columns *c, Py_ssize_t i, int side)
{
    uint8_t mark = c->mark[i];
    if (flow->client < 0)
        flow->client = (int8_t)side;
    if (side != flow->client && mark == fold->client_hello)
        return STRANGE;
    if (flow->talk != ENCRYPTED)
        return side == flow->client ? greets(fold, flow, c, i) : welcomes(fold, flow, c, i);
    if (mark != 0 && mark != fold->data)
        return STRANGE;
    if (side == flow->client)
        return client_says(fold, flow, c, i);
    Records it = records_of(fold, c, i);
    if (may_be(fold, it.last) & ALERT || may_be(fold, it.first) & ALERT)
        return ODD;
    if (flow->exchanges <= 1 && is_ticket(flow, it, c->length[i]))
        return TICKETS;
    int asking = flow->exchanges == 0 || at(flow, flow->exchanges - 1)->state == ASKING;
    return it.is_data && asking ? ANSWERS : GOES_ON;
}

/* What nobody can take for a request or for an answer: a warning or a farewell in TLS. With HTTP/2 a
 * client's request may be as long. */
int fold_is_alert(const Fold *fold, const Flow *flow, const Columns *c, Py_ssize_t i, int side)
{
    if (flow->talk != ENCRYPTED)
        return 0;
    Records it = records_of(fold, c, i);
    if (flow->is_http2 && side == flow->client && http2_frame(fold, flow, it.first) == DOUBTFUL_FRAME)
        return 0;
    return c->mark[i] == fold->alert ||
           (it.is_data && may_be(fold, it.first) & ALERT && is_alone(it));
}
