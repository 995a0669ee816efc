package naru.coordination.membership;

import naru.base.Clock;
import naru.base.Randomness;
import naru.coordination.runtime.Deadlines;
import naru.coordination.runtime.ShardRuntime;

/**
 * What every kind of group of one shard stands on.
 *
 * @param kinds all of them: an id that one has is not free for another
 * @param deadlines those of the shard; told the time before any kind is asked something
 * @param runtime the way of every decision into the log
 */
public record Ground(
        Kinds kinds, Topics topics, Clock clock, Randomness randomness, Deadlines deadlines, ShardRuntime runtime) {}
