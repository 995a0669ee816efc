package naru.broker;

import java.util.Collection;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Consumer;
import naru.base.Lanes;
import naru.coordination.consumers.Expressions;
import naru.coordination.consumers.TopicSearch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks for the topics that regular expressions match, on a thread for work that nobody waits for. */
record TopicSearches(LaneBroker lane) implements TopicSearch {

    private static final Logger LOG = LoggerFactory.getLogger(TopicSearches.class);

    @Override
    public void find(SortedSet<String> expressions, Collection<String> names,
            Consumer<SortedMap<String, SortedSet<String>>> found) {
        String folder = lane.broker().folders().getFirst().path();
        lane.lanes().<SortedMap<String, SortedSet<String>>>offLane(folder, Lanes.Work.CHORE,
                () -> Expressions.matching(expressions, names), outcome -> {
                    switch (outcome) {
                        case Lanes.Outcome.Done<SortedMap<String, SortedSet<String>>>(var matching) -> found.accept(matching);
                        case Lanes.Outcome.Failed<SortedMap<String, SortedSet<String>>>(var why) -> {
                            LOG.error("Topics could not be searched: {}", why.getMessage());
                            found.accept(new TreeMap<>());
                        }
                    }
                });
    }
}
