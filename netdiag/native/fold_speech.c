/* Tells what new payload is: a request, an answer, more of them, or in doubt. In HTTP/1 it is told by
 * its bytes, in TLS by the lengths of records (`fold_tls.c`), in anything else by whose turn it is
 * (`fold_turns.c`). */
#include "fold.h"

/* A request: the next exchange, or more of this one. 0 without memory. */
static int asks(Fold *fold, Flow *flow, int32_t number, const Columns *c, Py_ssize_t i, int plain)
{
    Exchange *now = flow->exchanges ? at(flow, flow->exchanges - 1) : NULL;
    flow->asked = 1;
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
        .clean = (uint8_t)(plain && c->length[i] <= FAR && is_likely(fold, flow)),
        .opens = (uint8_t)is_opening(fold, number, flow->rows - 1)};
    return fold_settle(fold, flow, number, flow->exchanges - 1 - fold->last);
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

/* Whether new payload is nothing but a farewell, or a warning, which may be one. */
static int leaves(const Fold *fold, const Flow *flow, const Columns *c, Py_ssize_t i, int side,
                  int word)
{
    return word == FAREWELL || fold_is_alert(fold, flow, c, i, side);
}

/* Whether new payload leaves a connection smooth: there is no doubt about what is a request and what
 * answers it, whatever else it is. In doubt the tables say (`netdiag.exchanges.observed`). */
static void hear(Flow *flow, int side, int word, int is_farewell)
{
    if (is_farewell || word == NO_WORD)
        return;
    if (word == TICKETS) { /* the first of which may have been taken for an answer */
        flow->waits |= flow->exchanges > 0;
        return;
    }
    if (word == STRANGE || word == ODD)
        flow->story = ROUGH;
    else if (side != flow->client)
        flow->waits &= word == INTERIM;
    else if (flow->talk == CLEAR || flow->talk == TURNS || flow->talk == ENCRYPTED)
        flow->waits = 1;
}

/* The same once a connection has begun to end. */
void fold_speak_late(Fold *fold, Flow *flow, const Columns *c, Py_ssize_t i, int side)
{
    int word = STRANGE;
    if (side != flow->client && flow->talk == CLEAR)
        word = in_clear(fold, flow, c, i, side);
    else if (flow->client == !side && flow->talk == TURNS)
        word = fold_turn(fold, flow, c, i, side);
    else if (side != flow->client && flow->talk == ENCRYPTED)
        word = fold_in_tls(fold, flow, c, i, side);
    hear(flow, side, word, leaves(fold, flow, c, i, side, word));
}

/* New payload of a connection. 0 without memory. */
int fold_speak(Fold *fold, Flow *flow, int32_t number, const Columns *c, Py_ssize_t i, int side,
               int plain)
{
    int is_http = c->mark[i] == fold->request || c->mark[i] == fold->response;
    if (flow->talk == SILENT) {
        int is_hello = c->mark[i] == fold->client_hello ||
                       (c->mark[i] == fold->handshake && side == flow->client); /* cut */
        flow->talk = is_hello ? GREETS : is_http ? CLEAR : TURNS;
    } else if (flow->talk == TURNS && is_http && flow->exchanges <= 1) {
        flow->talk = CLEAR; /* behind a preamble (the PROXY protocol, a SOCKS proxy) */
        flow->exchanges = 0;
    } else if (flow->talk == TURNS && c->mark[i] == fold->client_hello &&
               flow->hints & BEGUN_IN_CLEAR) {
        flow->talk = GREETS;
        flow->exchanges = 0, flow->is_http2 = 0;
    }
    int word = flow->talk == CLEAR   ? in_clear(fold, flow, c, i, side)
               : flow->talk == TURNS ? fold_turn(fold, flow, c, i, side)
                                     : fold_in_tls(fold, flow, c, i, side);
    int is_farewell = leaves(fold, flow, c, i, side, word);
    if (flow->story == SMOOTH)
        hear(flow, side, word, is_farewell);
    flow->is_leaving |= (uint8_t)is_farewell;
    if (word == STRANGE) {
        finish(flow);
        return 1;
    }
    if (word == ASKS) {
        int fine = asks(fold, flow, number, c, i, plain);
        flow->word_ns = c->time_ns[i];
        if (fine && flow->talk == TURNS)
            fold_note_turn(fold, flow, c->mark[i]);
        return fine;
    }
    Exchange *now = flow->exchanges ? at(flow, flow->exchanges - 1) : NULL;
    if (now == NULL) {
        if (flow->talk == TURNS)
            fold_note_turn(fold, flow, c->mark[i]);
        return 1;
    }
    now->packets++;
    if (flow->talk == TURNS)
        fold_note_turn(fold, flow, c->mark[i]);
    if (!plain || c->length[i] > FAR || word == ODD || word == TICKETS)
        now->clean = 0;
    if (side == flow->client)
        now->sent += c->length[i];
    else
        now->received += c->length[i];
    if (word == FAREWELL || word == NO_WORD || word == TICKETS)
        return 1;
    if (side == flow->client) {
        if (now->state == ANSWERING)
            now->clean = 0;
    } else {
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
