/* Follows the segments of each four-tuple: what is in order on it, and what it does but speak. */
#include "fold.h"

/* Begin again: what came before lies on another connection, or cannot be joined to this. */
static inline void restart(Flow *flow)
{
    flow->rows = 0, flow->exchanges = 0;
    flow->sent = flow->received = 0;
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
    if (flow->early >= fold->opening || flow->early == UINT8_MAX)
        return;
    flow->early++;
    uint32_t *kind = flags & FLAG_SYN ? &fold->opened : &fold->early;
    if (*kind < fold->enough && ++*kind == fold->enough)
        *(flags & FLAG_SYN ? &fold->unopened : &fold->beyond) = (int32_t)fold->tuples.count;
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
    if (c->length[i] || c->flags[i] != FLAG_ACK || flow->exchanges == 0 || flow->is_leaving)
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
        flow->rank = flow->is_guess = flow->is_http2 = flow->asked = 0, flow->hints = 0;
        flow->ticket = 0;
        flow->is_leaving = 0;
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
        if (!(flags & FLAG_RST) && !length && !fold_settle_last(fold, flow, number))
            return 0;
        finish(flow);
        flow->is_finished |= ENDED;
        flow->is_reset |= (flags & FLAG_RST) != 0;
        flow->fins |= (uint8_t)((flags & FLAG_FIN) != 0) << side;
    }
    if (flow->is_finished) {
        if (fresh && flow->story == SMOOTH)
            fold_speak_late(fold, flow, c, i, side);
        return 1;
    }
    if (fresh)
        return fold_speak(fold, flow, number, c, i, side, plain);
    if (flow->exchanges) {
        Exchange *now = at(flow, flow->exchanges - 1);
        now->packets++;
        if (!plain || length)
            now->clean = 0;
    }
    return 1;
}

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
        int was = is_bygone(fold, (int32_t)number);
        fine = follow(fold, flow, (int32_t)number, &c, i, (int32_t)(fold->rows++));
        fold->bygones += (size_t)is_bygone(fold, (int32_t)number) - (size_t)was;
    }
    Py_END_ALLOW_THREADS
    release(&held);
    if (!fine)
        return PyErr_NoMemory();
    Py_RETURN_NONE;
}

PyMethodDef fold_follow_methods[] = {
    {"fold_feed", fold_feed, METH_VARARGS, fold_feed_doc},
    {NULL, NULL, 0, NULL},
};
