/* Lets go of four-tuples of which no row is held any more: what is known of each takes more memory than
 * what stays of their connections. */
#include "fold.h"

/* The new number of each four-tuple that stays, for all so far; to be freed. Those of which rows tell of
 * the place of the capture have lower ones than any that is gone, and keep them. NULL without memory. */
static uint32_t *number_anew(const Fold *fold, size_t *stay)
{
    size_t count = (size_t)fold->tuples.count;
    uint32_t *now = malloc((count + 1) * sizeof(uint32_t));
    *stay = 0;
    for (size_t i = 0; now != NULL && i < count; i++) {
        now[i] = (uint32_t)*stay;
        *stay += !fold->flow[i].gone;
    }
    return now;
}

/* The table of those that stay, with their new numbers. 0 without memory. */
static int tabulate(Fold *fold, const uint32_t *now, size_t stay)
{
    Tuples old = fold->tuples, left = {.count = (int64_t)stay, .secret = old.secret};
    size_t size = 1 << 12;
    while (size <= stay * 2)
        size *= 2;
    left.mask = size - 1;
    left.slot = malloc(size * sizeof(Slot));
    if (left.slot == NULL)
        return 0;
    memset(left.slot, 0xff, size * sizeof(Slot));
    for (size_t i = 0; i <= old.mask; i++) {
        const Slot *it = &old.slot[i];
        if (it->number >= 0 && !fold->flow[it->number].gone)
            *find(&left, it->low, it->high) = (Slot){it->low, it->high, now[it->number]};
    }
    free(old.slot);
    fold->tuples = left;
    return 1;
}

int fold_forget(Fold *fold)
{
    size_t count = (size_t)fold->tuples.count, stay;
    if (count > fold->flows) /* without memory for the last one */
        return 0;
    uint32_t *now = number_anew(fold, &stay);
    if (now == NULL || (stay < count && !tabulate(fold, now, stay))) {
        free(now);
        return 0;
    }
    if (stay < count) {
        for (size_t i = 0; i < count; i++) {
            if (fold->flow[i].gone)
                free(fold->flow[i].ring);
            else
                fold->flow[now[i]] = fold->flow[i];
        }
        memset(fold->flow + stay, 0, (count - stay) * sizeof(Flow));
        for (size_t i = 0; i < fold->rows; i++)
            fold->row[i].flow = now[fold->row[i].flow] & INT32_MAX;
        for (size_t i = 0; i < fold->candidates; i++)
            fold->candidate[i].flow = (int32_t)now[fold->candidate[i].flow];
    }
    free(now);
    fold->bygones = 0;
    for (size_t i = 0; i < stay; i++)
        fold->bygones += (size_t)is_bygone(fold, (int32_t)i);
    return 1;
}
