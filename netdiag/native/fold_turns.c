/* Tells what new payload is where the sides take turns: in anything but HTTP/1 and TLS. */
#include "fold.h"

/* Tell the client of a connection whose SYN was not captured by what it says, or else by the ports,
 * as `netdiag.connections.roles` does. 0 where it can't be told. */
static int tell_client(Fold *fold, Flow *flow, const Columns *c, Py_ssize_t i, int side, uint16_t is)
{
    if (is & (OF_CLIENT | OF_SERVER)) {
        flow->client = (int8_t)(is & OF_CLIENT ? side : !side);
        return 1;
    }
    uint64_t end[2] = {c->source[i], c->destination[i]};
    if (!fold->guess || ((end[0] & 0xFFFF) < EPHEMERAL) == ((end[1] & 0xFFFF) < EPHEMERAL))
        return 0;
    for (int other = 0; other < 2; other++) {
        int64_t known = fold->ends.count, number = number_of(&fold->ends, end[other], UINT64_MAX);
        if (number < 0 || number >= INT32_MAX ||
            !make_room((void **)&fold->uses, fold->uses_room, (size_t)number + 1, sizeof(uint32_t),
                       &fold->uses_room))
            return 0;
        if (number == known)
            fold->uses[number] = 0;
        fold->uses[number]++;
        flow->end[side ^ other] = (int32_t)number;
    }
    flow->client = (int8_t)((end[0] & 0xFFFF) < EPHEMERAL ? !side : side);
    flow->is_guess = 1;
    return 1;
}

/* Whether something is said that nobody answers: in HTTP/2, or to a server that has greeted as MySQL does,
 * whose greeting's rank it has. */
static int is_aside(const Flow *flow, uint16_t is)
{
    return (is & ASIDE_IN_HTTP2 && flow->is_http2) ||
           (is & ASIDE_IN_MYSQL && (is >> RANK_SHIFT & RANKS) == flow->rank);
}

/* What new payload is where the sides take turns. */
int fold_turn(Fold *fold, Flow *flow, const Columns *c, Py_ssize_t i, int side)
{
    uint16_t is = fold->turns[c->mark[i]];
    if (is == 0 || (is & MAY_STREAM && c->detail[i] == STREAM))
        return STRANGE;
    if (flow->client < 0 && !tell_client(fold, flow, c, i, side, is))
        return GOES_ON; /* something may tell later */
    if (is & (side == flow->client ? OF_SERVER : OF_CLIENT | ASIDE_IN_MYSQL))
        return STRANGE;
    if (is & LEAVES)
        return FAREWELL;
    if (is_aside(flow, is))
        return NO_WORD;
    int waits = flow->exchanges && at(flow, flow->exchanges - 1)->state == ASKING;
    if (side == flow->client)
        return waits ? GOES_ON : ASKS;
    return waits ? ANSWERS : GOES_ON;
}

/* Have an exchange stay in which something is said that isn't said in each: what shows the protocol,
 * unless the first one has, which stays anyway; who the client is, or what a server says unasked. */
void fold_note_turn(const Fold *fold, Flow *flow, uint8_t mark)
{
    uint16_t is = fold->turns[mark];
    uint8_t rank = is & ASIDE_IN_MYSQL ? 0 : is >> RANK_SHIFT & RANKS; /* that shows nothing itself */
    if (is_aside(flow, is))
        return;
    flow->is_http2 |= (is & IS_HTTP2) != 0;
    if (is & MAY_CHANGE_TO_TLS)
        flow->hints |= BEGUN_IN_CLEAR;
    int stays = is & (STAYS | LEAVES) || (rank > flow->rank && flow->exchanges > 1);
    if (stays && flow->exchanges)
        at(flow, flow->exchanges - 1)->clean = 0;
    if (rank > flow->rank)
        flow->rank = rank;
}
