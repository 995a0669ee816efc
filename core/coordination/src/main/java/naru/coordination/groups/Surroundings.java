package naru.coordination.groups;

import java.util.function.Function;
import java.util.function.Supplier;
import naru.coordination.consumers.ConsumerSettings;
import naru.coordination.consumers.TopicSearch;
import naru.coordination.membership.Topics;

/**
 * What a shard of groups is told by its host, each time anew, so that what an operator changes counts from then on.
 *
 * @param consumers by group id
 */
public record Surroundings(
        Supplier<GroupSettings> groups, Function<String, ConsumerSettings> consumers, Topics topics, TopicSearch search) {}
