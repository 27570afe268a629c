/* Exchanges of HTTP/1 or in TLS that nobody will ask for again, found while segments pass by once.
 *
 * The same idea as in `netdiag.exchanges.setting_aside`, which builds connections and finds their
 * exchanges for it; here each four-tuple has its last few exchanges, and one of them is a candidate
 * once enough others have followed and nothing about it was out of the ordinary. In doubt it is
 * none: its rows are kept, which costs memory and changes nothing.
 */
#include "native.h"

enum {
    RING = 8,              /* exchanges remembered of a connection: more than `last` */
    FAR = 1 << 24,         /* one exchange is kept wherever so many octets were set aside */
    CONNECT = 0x434f4e4e,  /* a method's first four letters: what follows is a tunnel's */
    TLS_HANDSHAKE = 22, TLS_DATA = 23, /* types of records (RFC 8446, section 5.1) */
};

enum { ASKING, ANSWERING };

enum { SETTLED = 1, UNDECIDED = 2, OVER = 3 }; /* fates of candidates; another: it is kept */
enum { REST = 1, FINE = 2 }; /* rows that are no candidate's */
enum { LEFT_OUT = 1, ENDED = 2 };

/* What has been said on a connection: nothing; something without TLS; a client's hello, with or
 * without more of its handshake to come in the next segment; a long first request in TLS. */
enum { SILENT, CLEAR, GREETS, GREETED, ENCRYPTED };

/* What new payload is in its exchange, if it is in one at all. */
enum { STRANGE, ASKS, ANSWERS, GOES_ON, INTERIM, ODD };

/* What a record in TLS may be that is too short to be told as long. */
enum { ANY, ALERT, FINISHED };

/* What is held of a four-tuple: nothing; one connection from its SYN on, whole, in order and with
 * nothing in it that could be a failure; anything else. */
enum { NOTHING, SMOOTH, ROUGH };

typedef struct {
    int64_t asked_ns, idle_ns, answered_ns, word_ns;
    int32_t request; /* row of its first segment */
    uint32_t packets, sent, received, length;
    uint8_t clean, state;
    uint8_t opens; /* it begins within the first rows of a four-tuple, which stay */
} Exchange;

/* A connection as far as its segments so far say. */
typedef struct {
    int64_t last_ns, word_ns;
    uint32_t next[2];  /* the sequence number that each side would go on with */
    uint32_t acked[2]; /* of the other side, the one that each has acknowledged last */
    uint32_t first_frame, sent, received;
    int32_t last_row, rows, exchanges;
    uint8_t ttl[2], seen[2];
    int8_t client;       /* 0 or 1, the side that asks; -1 while unknown */
    uint8_t is_finished; /* nothing of it is a candidate any more; ENDED by a FIN or RST */
    uint8_t talk;
    uint8_t is_verified; /* its client's Finished was seen, which is no request */
    uint8_t sender;      /* the side whose full segments are the run that it is in */
    uint8_t story;       /* NOTHING, SMOOTH or ROUGH */
    uint8_t waits;       /* something that may be a request is not answered yet */
    uint8_t fins, is_reset; /* a FIN of side 0 (1) and of side 1 (2) was seen; a RST of either */
    uint8_t early;       /* segments so far, up to `opening` */
    int32_t run;         /* so many of them and of what acknowledges them so far; 0 for no run */
    Exchange *ring;
} Flow;

typedef struct {
    Exchange exchange;
    int32_t next; /* row of the request that follows */
    int32_t flow;
    uint32_t first_frame; /* of its connection */
    uint32_t place;       /* among all candidates by flow, as they were last asked for */
} Candidate;

/* A row held. */
typedef struct {
    int32_t previous; /* the row before on its four-tuple, -1 for none */
    uint32_t flow : 31;
    uint32_t spare : 1; /* it acknowledges, and says nothing that isn't said again at the end */
} Row;

typedef struct {
    Tuples tuples;
    Flow *flow;
    size_t flows;
    Row *row;
    size_t rows, rows_room;
    Candidate *candidate;
    size_t candidates, room;
    size_t listed; /* of the candidates, so many have the place that they were given last */
    int last, opening;
    uint32_t early, enough; /* early segments without SYN so far, and how many of them stay */
    int32_t beyond; /* the four-tuples from this one on have none of them */
    uint32_t full;  /* payload bytes of a full segment */
    int32_t long_;  /* a run with more rows is long */
    int has_long_run;
    uint8_t request, response, client_hello, server_hello, handshake, data, alert;
    uint32_t many;    /* a record in TLS of at least so many octets is long */
    uint8_t *shorter; /* what the others may be, by their lengths */
} Fold;

static const char *NAME = "netdiag.native.fold";

static void fold_free(PyObject *capsule)
{
    Fold *fold = PyCapsule_GetPointer(capsule, NAME);
    if (fold == NULL)
        return;
    for (size_t i = 0; i < fold->flows && fold->flow != NULL; i++)
        free(fold->flow[i].ring);
    free(fold->tuples.slot);
    free(fold->flow);
    free(fold->row);
    free(fold->candidate);
    free(fold->shorter);
    free(fold);
}

PyDoc_STRVAR(fold_new_doc,
"fold_new(secret, marks, shorter, last, opening, enough, full, long)\n--\n\n"
"A new search. `marks` are those of HTTP/1's requests and responses, and of TLS's client hello, server\n"
"hello, handshake, data and alert; `shorter` says of every record in TLS that is shorter than it what it may\n"
"be: 1 an alert, 2 a Finished, or 0. `last` exchanges stay at the end of a connection, and the first\n"
"`opening` rows of four-tuples, until these have `enough` without a SYN. A run of segments of at least\n"
"`full` payload bytes is long with more than `long` rows.");

static PyObject *fold_new(PyObject *self, PyObject *args)
{
    unsigned long long secret;
    PyObject *o[2];
    int last, opening, long_;
    unsigned int full, enough;
    Buffers held = {.count = 0};
    (void)self;
    if (!PyArg_ParseTuple(args, "KOOiiIIi", &secret, &o[0], &o[1], &last, &opening, &enough, &full,
                          &long_))
        return NULL;
    if (last < 2 || last > RING - 3) {
        PyErr_Format(PyExc_ValueError, "expected 2 to %d last exchanges, got %d", RING - 3, last);
        return NULL;
    }
    const uint8_t *marks = take(&held, o[0], 0, 7, 1);
    const uint8_t *shorter = marks ? take(&held, o[1], 0, -1, 1) : NULL;
    if (shorter == NULL) {
        release(&held);
        return NULL;
    }
    Fold *fold = calloc(1, sizeof(Fold));
    size_t many = (size_t)held.view[1].len;
    if (fold == NULL || (fold->shorter = malloc(many + 1)) == NULL ||
        (fold->tuples.secret = secret, grow(&fold->tuples) < 0)) {
        if (fold != NULL)
            free(fold->shorter);
        free(fold);
        release(&held);
        return PyErr_NoMemory();
    }
    memcpy(fold->shorter, shorter, many);
    fold->many = (uint32_t)many;
    fold->last = last, fold->opening = opening;
    fold->enough = enough, fold->beyond = enough ? INT32_MAX : 0;
    fold->full = full, fold->long_ = long_;
    fold->request = marks[0], fold->response = marks[1];
    fold->client_hello = marks[2], fold->server_hello = marks[3];
    fold->handshake = marks[4], fold->data = marks[5], fold->alert = marks[6];
    release(&held);
    return PyCapsule_New(fold, NAME, fold_free);
}

/* Room for `count` items of `width`; 0 without memory. */
static int make_room(void **items, size_t have, size_t count, size_t width, size_t *room)
{
    if (count <= have)
        return 1;
    size_t wanted = count + count / 2 + 64;
    void *grown = realloc(*items, wanted * width);
    if (grown == NULL)
        return 0;
    *items = grown;
    *room = wanted;
    return 1;
}

/* Begin again: what came before lies on another connection, or cannot be joined to this. */
static inline void restart(Flow *flow)
{
    flow->rows = 0, flow->exchanges = 0;
    flow->sent = flow->received = 0;
}

static inline void finish(Flow *flow)
{
    flow->is_finished |= LEFT_OUT, flow->exchanges = 0;
    free(flow->ring);
    flow->ring = NULL;
}

static inline Exchange *at(Flow *flow, int32_t number) { return &flow->ring[number % RING]; }

/* Whether the newest row of a connection is one of those that stay, as they tell of the place of the
 * capture; `before` rows of it came before. */
static inline int is_opening(const Fold *fold, int32_t number, int32_t before)
{
    return before < fold->opening && number < fold->beyond;
}

/* Make an exchange a candidate, if it is one; the one after it has begun. 0 without memory. */
static int settle(Fold *fold, Flow *flow, int32_t number, int32_t old)
{
    if (old < 1)
        return 1;
    Exchange *it = at(flow, old), *next = at(flow, old + 1);
    int settled = it->clean && it->state == ANSWERING && !it->opens && next->clean &&
                  at(flow, old - 1)->clean && it->request >= 0 && next->request >= 0;
    if (!settled || (uint64_t)flow->sent + it->sent > FAR ||
        (uint64_t)flow->received + it->received > FAR) {
        flow->sent = flow->received = 0;
        return 1;
    }
    if (!make_room((void **)&fold->candidate, fold->room, fold->candidates + 1, sizeof(Candidate),
                   &fold->room))
        return 0;
    flow->sent += it->sent, flow->received += it->received;
    fold->candidate[fold->candidates++] =
        (Candidate){*it, next->request, number, flow->first_frame, 0};
    return 1;
}

/* With a FIN behind the last answer of a connection on which nothing failed, of its last exchanges
 * only that one stays. 0 without memory. */
static int settle_last(Fold *fold, Flow *flow, int32_t number, uint8_t flags, uint32_t length)
{
    int32_t newest = flow->exchanges - 1, old = newest - fold->last + 1;
    if ((flags & FLAG_RST) || length || flow->story != SMOOTH || flow->waits)
        return 1;
    for (old = old < 1 ? 1 : old; old < newest; old++) {
        const Exchange *it = at(flow, old); /* when it was answered must be told from its end */
        if (it->answered_ns == it->word_ns && !settle(fold, flow, number, old))
            return 0;
    }
    return 1;
}

/* The columns of a block of segments. */
typedef struct {
    const uint64_t *source, *destination;
    const uint32_t *sequence, *acknowledgment, *length, *detail, *frame, *tail;
    const uint8_t *flags, *ttl, *mark;
    const uint16_t *window;
    const int64_t *time_ns;
} Columns;

/* A request: the next exchange, or more of this one. 0 without memory. */
static int asks(Fold *fold, Flow *flow, int32_t number, const Columns *c, Py_ssize_t i, int plain)
{
    Exchange *now = flow->exchanges ? at(flow, flow->exchanges - 1) : NULL;
    if (now != NULL && now->state == ASKING) { /* pipelined */
        now->clean = 0;
        now->packets++;
        return 1;
    }
    if (flow->ring == NULL && (flow->ring = malloc(RING * sizeof(Exchange))) == NULL)
        return 0;
    int64_t idle_ns = now ? c->time_ns[i] - flow->word_ns : -1;
    *at(flow, flow->exchanges++) = (Exchange){
        .asked_ns = c->time_ns[i], .idle_ns = idle_ns, .request = flow->last_row, .packets = 1,
        .sent = c->length[i], .length = c->length[i], .state = ASKING,
        .clean = (uint8_t)(plain && c->length[i] <= FAR),
        .opens = (uint8_t)is_opening(fold, number, flow->rows - 1)};
    return settle(fold, flow, number, flow->exchanges - 1 - fold->last);
}

/* What new payload is, where nothing has to do with TLS. */
static int in_clear(const Fold *fold, Flow *flow, const Columns *c, Py_ssize_t i, int side)
{
    uint8_t mark = c->mark[i];
    uint32_t detail = c->detail[i];
    int is_request = mark == fold->request, is_response = mark == fold->response;
    if (flow->client < 0 && is_request)
        flow->client = (int8_t)side;
    if ((mark != 0 && !is_request && !is_response) || (is_request && detail == CONNECT) ||
        (is_response && detail == 101) || flow->client < 0 ||
        (is_request && flow->client != side))
        return STRANGE; /* not, or no longer, HTTP/1 */
    if (is_request)
        return ASKS;
    if (!is_response)
        return GOES_ON;
    return side == flow->client || detail == 408 ? ODD : detail < 200 ? INTERIM : ANSWERS;
}

/* What a record may be. */
static inline int may_be(const Fold *fold, uint32_t length)
{
    return length < fold->many ? fold->shorter[length] : ANY;
}

/* A client's payload before its first request. What comes after its Finished, or in one segment
 * with it, is one; see `netdiag.exchanges.tls_roles`. */
static int greets(const Fold *fold, Flow *flow, const Columns *c, Py_ssize_t i)
{
    uint8_t mark = c->mark[i];
    uint32_t first = c->detail[i], type = c->tail[i] >> 16, last = c->tail[i] & 0xFFFF;
    if (mark == fold->client_hello || mark == fold->handshake) {
        if (type == TLS_DATA && may_be(fold, last) != FINISHED)
            return STRANGE;
        if (type == TLS_DATA && mark == fold->handshake)
            flow->is_verified = 1;
        flow->talk = GREETS;
        return GOES_ON;
    }
    if (mark == 0)
        return flow->talk == GREETS ? GOES_ON : STRANGE;
    flow->talk = GREETED;
    if (mark == fold->data && !flow->is_verified && may_be(fold, first) == FINISHED &&
        (type != TLS_DATA || last == first)) {
        flow->is_verified = 1;
        return GOES_ON;
    }
    if (mark != fold->data || first < fold->many || (type == TLS_DATA && last < fold->many))
        return STRANGE; /* it may be a request, or say that there is HTTP/2 */
    flow->talk = ENCRYPTED;
    return ASKS;
}

/* What new payload is on a connection that began with a client's hello in TLS. Short records may
 * show only later what they are: no exchange with one is set aside, nor those around it. */
static int in_tls(const Fold *fold, Flow *flow, const Columns *c, Py_ssize_t i, int side)
{
    uint8_t mark = c->mark[i];
    uint32_t first = c->detail[i], tail = c->tail[i];
    uint32_t last = tail >> 16 == TLS_DATA ? tail & 0xFFFF : fold->many;
    int is_data = mark == fold->data;
    if (flow->client < 0)
        flow->client = (int8_t)side;
    if (side != flow->client && mark == fold->client_hello)
        return STRANGE;
    if (flow->talk != ENCRYPTED && side == flow->client)
        return greets(fold, flow, c, i);
    if (flow->talk != ENCRYPTED) {
        if (mark == fold->handshake && tail >> 16 == TLS_HANDSHAKE)
            flow->is_verified = 1; /* TLS 1.2 */
        flow->talk = GREETED;
        return mark == 0 || is_data || mark == fold->handshake || mark == fold->server_hello
                   ? GOES_ON : STRANGE;
    }
    if (mark != 0 && !is_data)
        return STRANGE;
    int asking = flow->exchanges == 0 || at(flow, flow->exchanges - 1)->state == ASKING;
    if (side == flow->client) {
        if (last < fold->many || (is_data && first < fold->many))
            return ODD;
        return is_data && (!asking || flow->exchanges == 0) ? ASKS : GOES_ON;
    }
    if (may_be(fold, last) == ALERT || (is_data && may_be(fold, first) == ALERT))
        return ODD;
    return is_data && asking ? ANSWERS : GOES_ON;
}

/* What nobody can take for a request or for an answer: a warning or a farewell in TLS, once a long
 * request has shown that there is no HTTP/2. */
static int is_alert(const Fold *fold, const Flow *flow, const Columns *c, Py_ssize_t i)
{
    uint32_t first = c->detail[i], tail = c->tail[i];
    if (flow->talk != ENCRYPTED)
        return 0;
    return c->mark[i] == fold->alert ||
           (c->mark[i] == fold->data && may_be(fold, first) == ALERT &&
            (tail >> 16 != TLS_DATA || (tail & 0xFFFF) == first));
}

/* Whether new payload leaves a connection smooth: there is no doubt about what is a request and what
 * answers it, whatever else it is. In doubt the tables say (`netdiag.exchanges.observed`). */
static void hear(const Fold *fold, Flow *flow, const Columns *c, Py_ssize_t i, int side, int word)
{
    if (is_alert(fold, flow, c, i))
        return;
    if (word == STRANGE || word == ODD)
        flow->story = ROUGH;
    else if (side != flow->client)
        flow->waits &= word == INTERIM;
    else if (flow->talk == CLEAR || flow->talk == ENCRYPTED)
        flow->waits = 1;
    else if (c->mark[i] == 0 && c->tail[i] >> 16 == TLS_DATA)
        flow->story = ROUGH; /* a short record of HTTP/2 behind a handshake, perhaps */
}

/* The same once a connection has begun to end. */
static void hear_late(const Fold *fold, Flow *flow, const Columns *c, Py_ssize_t i, int side)
{
    int word = STRANGE;
    if (side != flow->client && flow->talk == CLEAR)
        word = in_clear(fold, flow, c, i, side);
    else if (side != flow->client && flow->talk == ENCRYPTED)
        word = in_tls(fold, flow, c, i, side);
    hear(fold, flow, c, i, side, word);
}

/* New payload of a connection. 0 without memory. */
static int speaks(Fold *fold, Flow *flow, int32_t number, const Columns *c, Py_ssize_t i, int side,
                  int plain)
{
    if (flow->talk == SILENT) {
        int is_hello = c->mark[i] == fold->client_hello ||
                       (c->mark[i] == fold->handshake && side == flow->client); /* cut */
        flow->talk = is_hello ? GREETS : CLEAR;
    }
    int word = flow->talk == CLEAR ? in_clear(fold, flow, c, i, side)
                                   : in_tls(fold, flow, c, i, side);
    if (flow->story == SMOOTH)
        hear(fold, flow, c, i, side, word);
    if (word == STRANGE) {
        finish(flow);
        return 1;
    }
    if (word == ASKS) {
        int fine = asks(fold, flow, number, c, i, plain);
        flow->word_ns = c->time_ns[i];
        return fine;
    }
    Exchange *now = flow->exchanges ? at(flow, flow->exchanges - 1) : NULL;
    if (now == NULL)
        return 1;
    now->packets++;
    if (!plain || c->length[i] > FAR || word == ODD)
        now->clean = 0;
    if (side == flow->client) {
        now->sent += c->length[i];
        if (now->state == ANSWERING)
            now->clean = 0;
    } else {
        now->received += c->length[i];
        if ((word == ANSWERS) != (now->state == ASKING))
            now->clean = 0;
        if (word == INTERIM) {
            now->clean = 0;
            return 1; /* neither the answer nor a word */
        }
        if (now->state == ASKING)
            now->answered_ns = c->time_ns[i];
        now->state = ANSWERING;
    }
    if (now->sent > FAR || now->received > FAR)
        now->clean = 0; /* before the sums could overflow */
    flow->word_ns = now->word_ns = c->time_ns[i];
    return 1;
}

/* Count the rows of a run: full segments of one side, and what acknowledges them. Less is asked of
 * them than by `merge`, so without a long one there is nothing to be merged. */
static inline void count_run(Fold *fold, Flow *flow, uint8_t flags, uint32_t length, int side)
{
    int is_full = (flags & ~FLAG_PSH) == FLAG_ACK && length >= fold->full;
    if (is_full && (flow->run == 0 || flow->sender != side))
        flow->run = 1, flow->sender = (uint8_t)side;
    else if (is_full || (flow->run && flow->sender != side && flags == FLAG_ACK && length == 0))
        flow->run += flow->run < INT32_MAX;
    else
        flow->run = 0;
    fold->has_long_run |= flow->run > fold->long_;
}

/* Count what the first segments of four-tuples tell of the place of the capture: those of the four-tuples
 * that come first are asked, until there are enough. */
static inline void count_early(Fold *fold, Flow *flow, uint8_t flags)
{
    if (flow->early >= fold->opening || flow->early == UINT8_MAX || fold->early >= fold->enough)
        return;
    flow->early++;
    if (!(flags & FLAG_SYN) && ++fold->early == fold->enough)
        fold->beyond = (int32_t)fold->tuples.count;
}

/* Whether a segment leaves a connection smooth, but for what its payload says. */
static int is_in_order(const Flow *flow, const Columns *c, Py_ssize_t i, int side, int32_t ahead)
{
    uint8_t flags = c->flags[i];
    uint32_t length = c->length[i];
    if (c->time_ns[i] < flow->last_ns)
        return 0;
    if (flags & FLAG_SYN)
        return (flags & (FLAG_ACK | FLAG_FIN | FLAG_RST)) == FLAG_ACK && side != flow->client &&
               !flow->seen[side] && length == 0;
    if (!flow->seen[side])
        return 0;
    if (length == 0)
        return ahead == 0 || ahead == -1; /* a keep-alive probe */
    if ((flags & FLAG_RST) || flow->is_reset || flow->fins & 1 << side)
        return 0;
    return ahead == 0 || (ahead == -1 && length == 1 && !(flags & FLAG_FIN));
}

/* Whether a plain segment does nothing but acknowledge what was just sent, between a first request and
 * the first FIN, and doesn't tell of the place of the capture. */
static int is_spare(const Fold *fold, Flow *flow, int32_t number, const Columns *c, Py_ssize_t i,
                    int side)
{
    if (c->length[i] || c->flags[i] != FLAG_ACK || flow->exchanges == 0)
        return 0;
    uint32_t said = c->acknowledgment[i];
    int is_news = (int32_t)(said - flow->acked[side]) > 0 &&
                  (int32_t)(said - flow->next[!side]) <= 0;
    return is_news && !is_opening(fold, number, flow->rows);
}

/* Follow one segment. 0 without memory. */
static int follow(Fold *fold, Flow *flow, int32_t number, const Columns *c, Py_ssize_t i,
                  int32_t row)
{
    uint8_t flags = c->flags[i];
    int side = c->source[i] > c->destination[i];
    uint32_t sequence = c->sequence[i], length = c->length[i];
    int is_first = flow->story == NOTHING;
    if ((flags & (FLAG_SYN | FLAG_ACK)) == FLAG_SYN) {
        int again = flow->seen[side] && !(flow->is_finished & ENDED) &&
                    (int32_t)(sequence + 1 - flow->next[side]) < 0; /* all of it, perhaps */
        restart(flow);
        flow->seen[0] = flow->seen[1] = 0;
        flow->talk = SILENT, flow->is_verified = 0;
        flow->client = (int8_t)side;
        flow->is_finished = again || c->source[i] == c->destination[i];
    }
    count_run(fold, flow, flags, length, side);
    count_early(fold, flow, flags);
    int32_t ahead = flow->seen[side] ? (int32_t)(sequence - flow->next[side]) : 0;
    if (is_first) {
        int opens = (flags & (FLAG_SYN | FLAG_ACK | FLAG_FIN | FLAG_RST)) == FLAG_SYN &&
                    length == 0 && c->source[i] != c->destination[i];
        flow->story = opens ? SMOOTH : ROUGH;
        flow->waits = flow->fins = flow->is_reset = 0;
    } else if (flow->story == SMOOTH && !is_in_order(flow, c, i, side, ahead)) {
        flow->story = ROUGH;
    }
    if (ahead > 0)
        restart(flow); /* something was not captured */
    if (ahead > FAR && flow->talk > CLEAR)
        finish(flow); /* it may be another connection, whose beginning was not */
    int plain = (flags & ~FLAG_PSH) == FLAG_ACK && flow->seen[side] && ahead == 0 &&
                c->window[i] != 0 && c->ttl[i] == flow->ttl[side] &&
                (flow->rows == 0 || c->time_ns[i] >= flow->last_ns);
    int fresh = 0;
    if (!(flags & FLAG_RST)) {
        uint32_t end = sequence + length + ((flags & FLAG_SYN) != 0) + ((flags & FLAG_FIN) != 0);
        fresh = length > 0 && (!flow->seen[side] || (int32_t)(end - flow->next[side]) > 0);
        if (!flow->seen[side] || (int32_t)(end - flow->next[side]) > 0)
            flow->next[side] = end;
        flow->seen[side] = 1;
    }
    flow->ttl[side] = c->ttl[i];
    flow->last_ns = c->time_ns[i];
    int spare = plain && is_spare(fold, flow, number, c, i, side);
    if (flags & FLAG_ACK)
        flow->acked[side] = c->acknowledgment[i];
    fold->row[row] = (Row){is_first ? -1 : flow->last_row, (uint32_t)number, (uint32_t)spare};
    if (flow->rows == 0)
        flow->first_frame = c->frame[i];
    flow->last_row = row;
    flow->rows += flow->rows < INT32_MAX;
    if (flags & (FLAG_FIN | FLAG_RST)) {
        if (!settle_last(fold, flow, number, flags, length))
            return 0;
        finish(flow);
        flow->is_finished |= ENDED;
        flow->is_reset |= (flags & FLAG_RST) != 0;
        flow->fins |= (uint8_t)((flags & FLAG_FIN) != 0) << side;
    }
    if (flow->is_finished) {
        if (fresh && flow->story == SMOOTH)
            hear_late(fold, flow, c, i, side);
        return 1;
    }
    if (fresh)
        return speaks(fold, flow, number, c, i, side, plain);
    if (flow->exchanges) {
        Exchange *now = at(flow, flow->exchanges - 1);
        now->packets++;
        if (!plain || length)
            now->clean = 0;
    }
    return 1;
}

static Fold *fold_of(PyObject *capsule) { return PyCapsule_GetPointer(capsule, NAME); }

PyDoc_STRVAR(fold_feed_doc,
"fold_feed(fold, source, destination, sequence, acknowledgment, flags, window, length, ttl, time_ns,\n"
"          mark, detail, frame, tail)\n--\n\n"
"Follow the next segments, in capture order: columns as in `Segments`.");

static PyObject *fold_feed(PyObject *self, PyObject *args)
{
    enum { COLUMNS = 13 };
    static const int width[COLUMNS] = {8, 8, 4, 4, 1, 2, 4, 1, 8, 1, 4, 4, 4};
    PyObject *capsule, *o[COLUMNS];
    void *column[COLUMNS];
    Buffers held = {.count = 0};
    (void)self;
    if (!PyArg_ParseTuple(args, "OOOOOOOOOOOOOO", &capsule, &o[0], &o[1], &o[2], &o[3], &o[4], &o[5],
                          &o[6], &o[7], &o[8], &o[9], &o[10], &o[11], &o[12]))
        return NULL;
    Fold *fold = fold_of(capsule);
    Py_ssize_t rows = -1;
    if (fold == NULL || !take_columns(&held, o, width, COLUMNS, COLUMNS, &rows, column)) {
        release(&held);
        return NULL;
    }
    if (fold->rows + (size_t)rows >= INT32_MAX) {
        release(&held);
        return PyErr_Format(PyExc_OverflowError, "more than 2**31 rows are held");
    }
    const Columns c = {column[0], column[1], column[2], column[3], column[6],
                       column[10], column[11], column[12], column[4], column[7],
                       column[9], column[5], column[8]};
    int fine = 1;
    Py_BEGIN_ALLOW_THREADS
    fine = make_room((void **)&fold->row, fold->rows_room, fold->rows + (size_t)rows + 1,
                     sizeof(Row), &fold->rows_room);
    for (Py_ssize_t i = 0; fine && i < rows; i++) {
        int64_t number = number_of(&fold->tuples, c.source[i], c.destination[i]);
        size_t flows = fold->flows;
        if (number < 0 || number >= INT32_MAX ||
            !make_room((void **)&fold->flow, flows, (size_t)number + 1, sizeof(Flow),
                       &fold->flows)) {
            fine = 0;
            break;
        }
        if (fold->flows > flows)
            memset(fold->flow + flows, 0, (fold->flows - flows) * sizeof(Flow));
        Flow *flow = &fold->flow[number];
        if (flow->rows == 0 && !flow->seen[0] && !flow->seen[1])
            flow->client = -1;
        fine = follow(fold, flow, (int32_t)number, &c, i, (int32_t)(fold->rows++));
    }
    Py_END_ALLOW_THREADS
    release(&held);
    if (!fine)
        return PyErr_NoMemory();
    Py_RETURN_NONE;
}

PyDoc_STRVAR(fold_count_doc, "fold_count(fold)\n--\n\nHow many candidates there are.");

static PyObject *fold_count(PyObject *self, PyObject *args)
{
    PyObject *capsule;
    (void)self;
    if (!PyArg_ParseTuple(args, "O", &capsule) || fold_of(capsule) == NULL)
        return NULL;
    return PyLong_FromSize_t(fold_of(capsule)->candidates);
}

PyDoc_STRVAR(fold_had_long_run_doc,
"fold_had_long_run(fold)\n--\n\nWhether one grew since this was asked before.");

static PyObject *fold_had_long_run(PyObject *self, PyObject *args)
{
    PyObject *capsule;
    (void)self;
    if (!PyArg_ParseTuple(args, "O", &capsule) || fold_of(capsule) == NULL)
        return NULL;
    Fold *fold = fold_of(capsule);
    int had = fold->has_long_run;
    fold->has_long_run = 0;
    return PyBool_FromLong(had);
}

/* The candidates' numbers by flow, those of a flow as they came; to be freed. NULL without memory. */
static uint32_t *by_flow(const Fold *fold)
{
    uint32_t *place = calloc(fold->flows + 1, sizeof(uint32_t));
    uint32_t *order = malloc((fold->candidates + 1) * sizeof(uint32_t));
    if (place == NULL || order == NULL) {
        free(place);
        free(order);
        return NULL;
    }
    for (size_t i = 0; i < fold->candidates; i++)
        place[fold->candidate[i].flow + 1]++;
    for (size_t i = 0; i < fold->flows; i++)
        place[i + 1] += place[i];
    for (size_t i = 0; i < fold->candidates; i++)
        order[place[fold->candidate[i].flow]++] = (uint32_t)i;
    free(place);
    return order;
}

PyDoc_STRVAR(fold_candidates_doc,
"fold_candidates(fold, request, next, flow, first_frame, asked_ns, idle_ns, answered_ns, word_ns,\n"
"                packets, sent, received, length)\n--\n\n"
"Fill columns with the candidates, by flow, then in time order.");

static PyObject *fold_candidates(PyObject *self, PyObject *args)
{
    enum { COLUMNS = 12 };
    static const int width[COLUMNS] = {4, 4, 4, 4, 8, 8, 8, 8, 4, 4, 4, 4};
    PyObject *capsule, *o[COLUMNS];
    void *column[COLUMNS];
    Buffers held = {.count = 0};
    (void)self;
    if (!PyArg_ParseTuple(args, "OOOOOOOOOOOOO", &capsule, &o[0], &o[1], &o[2], &o[3], &o[4], &o[5],
                          &o[6], &o[7], &o[8], &o[9], &o[10], &o[11]))
        return NULL;
    Fold *fold = fold_of(capsule);
    if (fold == NULL)
        return NULL;
    Py_ssize_t rows = (Py_ssize_t)fold->candidates;
    if (!take_columns(&held, o, width, COLUMNS, 0, &rows, column)) {
        release(&held);
        return NULL;
    }
    uint32_t *order;
    Py_BEGIN_ALLOW_THREADS
    order = by_flow(fold);
    fold->listed = order ? fold->candidates : 0;
    for (Py_ssize_t i = 0; order && i < rows; i++) {
        Candidate *it = &fold->candidate[order[i]];
        const Exchange *exchange = &it->exchange;
        it->place = (uint32_t)i;
        ((int32_t *)column[0])[i] = exchange->request;
        ((int32_t *)column[1])[i] = it->next;
        ((int32_t *)column[2])[i] = it->flow;
        ((uint32_t *)column[3])[i] = it->first_frame;
        ((int64_t *)column[4])[i] = exchange->asked_ns;
        ((int64_t *)column[5])[i] = exchange->idle_ns;
        ((int64_t *)column[6])[i] = exchange->answered_ns;
        ((int64_t *)column[7])[i] = exchange->word_ns;
        ((uint32_t *)column[8])[i] = exchange->packets;
        ((uint32_t *)column[9])[i] = exchange->sent;
        ((uint32_t *)column[10])[i] = exchange->received;
        ((uint32_t *)column[11])[i] = exchange->length;
    }
    free(order);
    Py_END_ALLOW_THREADS
    release(&held);
    if (order == NULL)
        return PyErr_NoMemory();
    Py_RETURN_NONE;
}

/* Write `value` for all rows of a candidate. */
static void write_rows(const Fold *fold, const Candidate *it, uint8_t *column, uint8_t value)
{
    int32_t row = fold->row[it->next].previous;
    for (; row >= 0 && row != it->exchange.request; row = fold->row[row].previous)
        column[row] = value;
    column[it->exchange.request] = value;
}

/* Whether all that is held of a four-tuple is a connection on which nothing can have failed yet: each
 * request was answered, and no answer sent again. */
static int is_fine(const Flow *flow)
{
    return flow->story == SMOOTH && !flow->waits && flow->talk != GREETS && flow->talk != GREETED;
}

/* Tell the rows of candidates from the others, in one pass along all rows; see below. A candidate has
 * those of its four-tuple from its request on up to the next. 0 without memory. */
static int tell_rest(const Fold *fold, int64_t before_ns, uint8_t *rest, uint8_t *over)
{
    enum { BEGINS = 1, STOPS = 2 };
    typedef struct { uint8_t rest, over, spares, inside; } Told;
    Told *told = calloc(fold->flows + 1, sizeof(Told));
    if (told == NULL)
        return 0;
    for (size_t i = 0; i < fold->flows; i++) {
        const Flow *flow = &fold->flow[i];
        int ended = flow->is_reset || flow->fins == 3;
        told[i].rest = is_fine(flow) ? FINE : REST;
        told[i].over = is_fine(flow) && ended && flow->last_ns < before_ns;
        told[i].spares = told[i].over && !flow->is_reset;
    }
    memset(rest, 0, fold->rows);
    for (size_t i = 0; i < fold->candidates; i++) {
        rest[fold->candidate[i].exchange.request] |= BEGINS;
        rest[fold->candidate[i].next] |= STOPS;
    }
    for (size_t i = 0; i < fold->rows; i++) {
        Told *its = &told[fold->row[i].flow];
        if (rest[i])
            its->inside = rest[i] & BEGINS;
        int gone = its->inside || (fold->row[i].spare && its->spares);
        rest[i] = gone ? 0 : its->rest;
        over[i] = gone ? 0 : its->over;
    }
    free(told);
    return 1;
}

PyDoc_STRVAR(fold_rest_doc,
"fold_rest(fold, before_ns, rest, over)\n--\n\n"
"Fill `rest` (uint8, one a row held): 0 for the rows of candidates, 2 for others of a connection of which\n"
"it is known that nothing failed on it, else 1. And `over` (bool, one a row held): which of those with 2\n"
"are of connections that have ended, their last segment before `before_ns`; where both sides sent a FIN,\n"
"rows in between that only acknowledge have 0, too.");

static PyObject *fold_rest(PyObject *self, PyObject *args)
{
    PyObject *capsule, *o[2];
    long long before_ns;
    Buffers held = {.count = 0};
    (void)self;
    if (!PyArg_ParseTuple(args, "OLOO", &capsule, &before_ns, &o[0], &o[1]))
        return NULL;
    const Fold *fold = fold_of(capsule);
    uint8_t *rest = fold ? take(&held, o[0], 1, (Py_ssize_t)fold->rows, 1) : NULL;
    uint8_t *over = rest ? take(&held, o[1], 1, (Py_ssize_t)fold->rows, 1) : NULL;
    if (over == NULL) {
        release(&held);
        return NULL;
    }
    int fine;
    Py_BEGIN_ALLOW_THREADS
    fine = tell_rest(fold, before_ns, rest, over);
    Py_END_ALLOW_THREADS
    release(&held);
    if (!fine)
        return PyErr_NoMemory();
    Py_RETURN_NONE;
}

/* What becomes of the candidates; those that are undecided stay, with the request after them. */
static void decide(Fold *fold, const uint8_t *fate, uint8_t *rest, uint8_t *kept, uint8_t *over)
{
    for (size_t i = 0; i < fold->candidates; i++) {
        const Candidate *it = &fold->candidate[i];
        uint8_t its = fate[it->place];
        if (its == SETTLED) {
            fold->row[it->next].previous = fold->row[it->exchange.request].previous;
            continue;
        }
        write_rows(fold, it, rest, REST);
        if (its == OVER)
            write_rows(fold, it, over, 1);
    }
    for (size_t i = 0; i < fold->rows; i++)
        kept[i] &= rest[i] != 0;
    size_t left = 0;
    for (size_t i = 0; i < fold->candidates; i++) {
        const Candidate *it = &fold->candidate[i];
        int32_t request = it->exchange.request;
        if (fate[it->place] == UNDECIDED && kept[it->next] && !over[it->next] && !over[request])
            fold->candidate[left++] = *it;
    }
    fold->candidates = left;
    fold->listed = 0;
}

/* Give all rows that are held on their new numbers. What is gone has that of the row before it on
 * its connection which is not; -1 without one. */
static void renumber(Fold *fold, const uint8_t *kept, const uint8_t *over, int32_t *number)
{
    int32_t count = 0;
    for (size_t i = 0; i < fold->rows; i++) {
        int32_t previous = fold->row[i].previous, before = previous < 0 ? -1 : number[previous];
        int stays = kept[i] && !over[i];
        number[i] = stays ? count : before;
        if (stays)
            fold->row[count++] = (Row){before, fold->row[i].flow, fold->row[i].spare};
    }
    fold->rows = (size_t)count;
    for (size_t i = 0; i < fold->flows; i++) {
        Flow *flow = &fold->flow[i];
        if (flow->story != NOTHING)
            flow->last_row = number[flow->last_row];
        if (flow->last_row < 0)
            flow->story = NOTHING;
        for (int32_t e = 0; e < flow->exchanges && e < RING; e++) {
            Exchange *it = at(flow, flow->exchanges - 1 - e);
            int32_t row = it->request;
            it->request = row >= 0 && kept[row] && !over[row] ? number[row] : -1;
        }
    }
    for (size_t i = 0; i < fold->candidates; i++) {
        Candidate *it = &fold->candidate[i];
        it->exchange.request = number[it->exchange.request];
        it->next = number[it->next];
    }
}

PyDoc_STRVAR(fold_drop_doc,
"fold_drop(fold, fate, rest, kept, over)\n--\n\n"
"Take the candidates whose `fate` (uint8, in the order of `fold_candidates`) is 1 out of `kept` (bool,\n"
"one a row held: what was kept so far); `rest` is what `fold_rest` filled, and is changed. Those with 2\n"
"stay candidates, where the request after them is left. The rows of those with 3 are over, as are those\n"
"that `over` (bool, one a row held) names. All other rows that are left are numbered anew.");

static PyObject *fold_drop(PyObject *self, PyObject *args)
{
    PyObject *capsule, *o[4];
    Buffers held = {.count = 0};
    int32_t *number = NULL;
    (void)self;
    if (!PyArg_ParseTuple(args, "OOOOO", &capsule, &o[0], &o[1], &o[2], &o[3]))
        return NULL;
    Fold *fold = fold_of(capsule);
    if (fold == NULL)
        return NULL;
    if (fold->listed != fold->candidates)
        return PyErr_Format(PyExc_ValueError, "expected all candidates to have been asked for");
    Py_ssize_t rows = (Py_ssize_t)fold->rows;
    const uint8_t *fate = take(&held, o[0], 0, (Py_ssize_t)fold->candidates, 1);
    uint8_t *rest = fate ? take(&held, o[1], 1, rows, 1) : NULL;
    uint8_t *kept = rest ? take(&held, o[2], 1, rows, 1) : NULL;
    uint8_t *over = kept ? take(&held, o[3], 1, rows, 1) : NULL;
    if (over == NULL) {
        release(&held);
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS
    number = malloc((fold->rows + 1) * sizeof(int32_t));
    if (number != NULL) {
        decide(fold, fate, rest, kept, over);
        renumber(fold, kept, over, number);
        free(number);
    }
    Py_END_ALLOW_THREADS
    release(&held);
    if (number == NULL)
        return PyErr_NoMemory();
    Py_RETURN_NONE;
}

PyMethodDef fold_methods[] = {
    {"fold_new", fold_new, METH_VARARGS, fold_new_doc},
    {"fold_feed", fold_feed, METH_VARARGS, fold_feed_doc},
    {"fold_count", fold_count, METH_VARARGS, fold_count_doc},
    {"fold_had_long_run", fold_had_long_run, METH_VARARGS, fold_had_long_run_doc},
    {"fold_candidates", fold_candidates, METH_VARARGS, fold_candidates_doc},
    {"fold_rest", fold_rest, METH_VARARGS, fold_rest_doc},
    {"fold_drop", fold_drop, METH_VARARGS, fold_drop_doc},
    {NULL, NULL, 0, NULL},
};
