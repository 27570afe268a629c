/* Says when an exchange becomes a candidate: enough others have followed, or its connection ends well. */
#include "fold.h"

/* Make an exchange a candidate, if it is one; the one after it has begun. 0 without memory. */
int fold_settle(Fold *fold, Flow *flow, int32_t number, int32_t old)
{
    if (old < 1 || at(flow, old)->decided)
        return 1;
    Exchange *it = at(flow, old), *next = at(flow, old + 1);
    it->decided = 1;
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
        (Candidate){*it, at(flow, old - 1)->request, next->request, number, flow->first_frame, 0};
    return 1;
}

/* Behind the last answer of a connection on which nothing failed, of its last exchanges only that one
 * stays. 0 without memory. */
int fold_settle_last(Fold *fold, Flow *flow, int32_t number)
{
    int32_t newest = flow->exchanges - 1, old = newest - fold->last + 1;
    if (flow->story != SMOOTH || flow->waits)
        return 1;
    for (old = old < 1 ? 1 : old; old < newest; old++) {
        const Exchange *it = at(flow, old); /* when it was answered must be told from its end */
        if (it->answered_ns == it->word_ns && !fold_settle(fold, flow, number, old))
            return 0;
    }
    return 1;
}

int fold_settle_idle(Fold *fold, int64_t before_ns)
{
    int fine = 1;
    for (size_t i = 0; fine && i < fold->flows; i++) {
        Flow *flow = &fold->flow[i];
        if (flow->exchanges > 1 && flow->last_ns < before_ns)
            fine = fold_settle_last(fold, flow, (int32_t)i);
    }
    return fine;
}
