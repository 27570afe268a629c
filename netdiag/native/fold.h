/* What the files of the search share: what it remembers, and what each does for the others. */
#ifndef NETDIAG_NATIVE_FOLD_H
#define NETDIAG_NATIVE_FOLD_H

#include "native.h"

enum {
    RING = 8,              /* exchanges remembered of a connection: more than `last` */
    FAR = 1 << 24,         /* one exchange is kept wherever so many octets were set aside */
    CONNECT = 0x434f4e4e,  /* a method's first four letters: what follows is a tunnel's */
    TLS_HANDSHAKE = 22, TLS_DATA = 23, /* types of records (RFC 8446, section 5.1) */
    SHORTER = 256,         /* about longer records in TLS there is no doubt */
    EPHEMERAL = 32768,     /* the lowest port that Linux gives to clients */
};

enum { ASKING, ANSWERING };

enum { SETTLED = 1, UNDECIDED = 2, OVER = 3 }; /* fates of candidates; another: it is kept */
enum { REST = 1, FINE = 2, BYGONE = 3, GONE = 4 }; /* rows that are no candidate's */
enum { LEFT_OUT = 1, ENDED = 2 };

/* What has been said on a connection: nothing; HTTP/1; anything else without TLS, in which the sides
 * take turns; a client's hello, with or without more of its handshake to come in the next segment; what
 * a client says behind it. */
enum { SILENT, CLEAR, TURNS, GREETS, GREETED, ENCRYPTED };

/* What new payload is in its exchange, if it is in one at all. */
enum { STRANGE, ASKS, ANSWERS, GOES_ON, INTERIM, ODD, FAREWELL, NO_WORD, TICKETS };

/* What a mark says where the sides take turns; four bits are the rank of what it shows about the
 * protocol. Without any it is strange. */
enum { WORD = 1, STAYS = 2, OF_CLIENT = 4, OF_SERVER = 8, LEAVES = 16, ASIDE_IN_HTTP2 = 32,
       IS_HTTP2 = 64, MAY_STREAM = 128, RANK_SHIFT = 8, RANKS = 15, MAY_CHANGE_TO_TLS = 1 << 12,
       ASIDE_IN_MYSQL = 1 << 13 };

enum { STREAM = 1 }; /* the detail of a command of Redis that asks for one */

/* What a record in TLS may be that is too short to be told as long: SHORT is too short to be told from
 * a frame of HTTP/2 that asks for nothing. */
enum { ANY = 0, ALERT = 1, FINISHED = 2, SHORT = 4 };

/* What a client's record with HTTP/2 is by its length: a request or more of one, what asks for nothing,
 * or either. */
enum { WORD_FRAME, ASIDE_FRAME, DOUBTFUL_FRAME };

/* What a handshake in TLS has shown: the client has begun it, with a hello that is all there; it has sent
 * a key in clear (TLS 1.2), and a Finished with either cipher; the server's Finished has a hash of
 * SHA-256; the client pads its records. Before it a database has begun in clear, and the first request
 * was longer than what asks for nothing there. Behind it a client's record was as long as an alert. */
enum { BEGUN = 1, GREETED_WHOLE = 2, HAS_KEY = 4, WITH_GCM = 8, WITH_CHACHA20 = 16,
       HEARD_SHA256 = 32, PADS = 64, BEGUN_IN_CLEAR = 128, HAS_ASKED = 256,
       SEEMED_ALERT = 512 };

/* What is held of a four-tuple: nothing; one connection from its SYN on, whole, in order and with
 * nothing in it that could be a failure; anything else. */
enum { NOTHING, SMOOTH, ROUGH };

typedef struct {
    int64_t asked_ns, idle_ns, answered_ns, word_ns;
    int32_t request; /* row of its first segment */
    uint32_t packets, sent, received, length;
    uint8_t clean, state;
    uint8_t opens; /* it begins within the first rows of a four-tuple, which stay */
    uint8_t decided; /* whether it is a candidate */
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
    uint8_t rank;        /* of what has shown the protocol, in rows that stay */
    uint8_t is_guess;    /* its client was told by the ports */
    uint8_t is_http2;
    uint8_t asked;       /* a request was seen */
    uint8_t is_leaving;  /* something that may be a farewell was said: who acknowledges it, says so */
    uint8_t gone;        /* all its rows are, and it is forgotten */
    uint16_t hints;      /* of its handshake in TLS */
    uint16_t ticket;     /* the length of what may be the first of two session tickets in TLS 1.3 */
    int32_t end[2];      /* then: the numbers of its endpoints */
    int32_t run;         /* so many of them and of what acknowledges them so far; 0 for no run */
    Exchange *ring;
} Flow;

typedef struct {
    Exchange exchange;
    int32_t previous, next; /* rows of the requests before and after it; -1 for none */
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
    uint32_t early, opened, enough; /* early segments without SYN so far, and with one; so many stay */
    int32_t beyond, unopened; /* the four-tuples from these on have none of them */
    size_t bygones; /* four-tuples of which `is_bygone` */
    uint32_t full;  /* payload bytes of a full segment */
    int32_t long_;  /* a run with more rows is long */
    int has_long_run;
    uint8_t request, response, client_hello, server_hello, handshake, data, alert;
    uint16_t turns[256]; /* what each mark says where the sides take turns */
    int guess;           /* whether ports may tell the client there */
    Tuples ends;         /* endpoints of connections whose client was guessed */
    uint32_t *uses;      /* how many connections each of them has */
    size_t uses_room;
    uint8_t shorter[SHORTER]; /* what a record in TLS may be, by its length */
    uint8_t frame[SHORTER];   /* what it is with HTTP/2, by the length of what it carries */
} Fold;

/* The columns of a block of segments. */
typedef struct {
    const uint64_t *source, *destination;
    const uint32_t *sequence, *acknowledgment, *length, *detail, *frame, *tail;
    const uint8_t *flags, *ttl, *mark;
    const uint16_t *window;
    const int64_t *time_ns;
} Columns;

/* Room for `count` items of `width`; 0 without memory. */
static inline int make_room(void **items, size_t have, size_t count, size_t width, size_t *room)
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

/* Whether all that is held of a four-tuple is a connection with HTTP/1 or TLS that both sides have ended
 * with nothing unanswered; and that tells nothing of the place of the capture. */
static inline int is_bygone(const Fold *fold, int32_t number)
{
    const Flow *flow = &fold->flow[number];
    return flow->story == SMOOTH && flow->fins == 3 && !flow->is_reset && !flow->waits &&
           (flow->talk == CLEAR || flow->talk == ENCRYPTED) && flow->asked &&
           number >= fold->beyond && number >= fold->unopened;
}

/* fold.c: the search of a capsule; NULL with an exception set. */
Fold *fold_of(PyObject *capsule);

/* fold_speech.c: new payload of a connection; 0 without memory. And of one that has begun to end. */
int fold_speak(Fold *fold, Flow *flow, int32_t number, const Columns *c, Py_ssize_t i, int side,
               int plain);
void fold_speak_late(Fold *fold, Flow *flow, const Columns *c, Py_ssize_t i, int side);

/* Whether there is no sign that a client that was guessed is the server: of more connections. */
static inline int is_likely(const Fold *fold, const Flow *flow)
{
    return !flow->is_guess || fold->uses[flow->end[flow->client]] <= fold->uses[flow->end[!flow->client]];
}

/* fold_turns.c: what new payload is where the sides take turns; and what else it says. */
int fold_turn(Fold *fold, Flow *flow, const Columns *c, Py_ssize_t i, int side);
void fold_note_turn(const Fold *fold, Flow *flow, uint8_t mark);

/* fold_tls.c: what new payload is in TLS; and whether it is a warning or a farewell. */
int fold_in_tls(const Fold *fold, Flow *flow, const Columns *c, Py_ssize_t i, int side);
int fold_is_alert(const Fold *fold, const Flow *flow, const Columns *c, Py_ssize_t i, int side);

/* fold_forget.c: let go of the four-tuples that are gone. 0 without memory. */
int fold_forget(Fold *fold);

/* fold_settle.c: a request has begun, or a connection has begun to end; or some are idle, since before
 * that time. 0 without memory. */
int fold_settle(Fold *fold, Flow *flow, int32_t number, int32_t old);
int fold_settle_last(Fold *fold, Flow *flow, int32_t number);
int fold_settle_idle(Fold *fold, int64_t before_ns);

#endif
