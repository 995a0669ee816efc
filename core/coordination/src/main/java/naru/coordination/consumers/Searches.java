package naru.coordination.consumers;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import naru.coordination.consumers.ConsumerRecords.Fact;
import naru.coordination.consumers.ConsumerRecords.Found;
import naru.coordination.consumers.ConsumerRecords.Generation;
import naru.coordination.membership.Ground;
import naru.coordination.runtime.Deadlines.Deadline;

/**
 * What the regular expressions of groups match. One group of a shard is looked after at a time, off the lane, and a group
 * whose expressions are all known comes again no sooner than {@link #AGAIN_MS} after its last search, however often topics
 * change.
 */
final class Searches {

    /** As Kafka. */
    static final long AGAIN_MS = 10_000;

    private final ConsumerGroups groups;
    private final Ground ground;
    private final TopicSearch search;
    /** Groups whose search is due as soon as nobody else's runs. */
    private final LinkedHashSet<String> due = new LinkedHashSet<>();
    /** Groups that wait until they may come again. */
    private final TreeSet<String> later = new TreeSet<>();
    private final Deadline alarm;
    private String running;

    Searches(ConsumerGroups groups, Ground ground, TopicSearch search) {
        this.groups = groups;
        this.ground = ground;
        this.search = search;
        this.alarm = ground.deadlines().create(this::onAlarm);
    }

    void clear() {
        due.clear();
        later.clear();
        running = null;
    }

    /** A member subscribes to an expression, or topics changed, or much time has passed. */
    void request(ConsumerGroup group, int refreshMs) {
        var expressions = group.expressions();
        if (expressions.isEmpty() || group.id.equals(running)) {
            return;
        }
        boolean allKnown = group.found.keySet().containsAll(expressions);
        long sinceMs = ground.clock().nowMs() - group.searchedAtMs;
        boolean mayCome = !allKnown || group.searchedAtMs == Long.MIN_VALUE || sinceMs >= AGAIN_MS || sinceMs < 0;
        boolean outdated = group.expressionsStale || sinceMs >= refreshMs;
        if (allKnown && !outdated) {
            return;
        }
        if (mayCome) {
            due.add(group.id);
            next();
        } else if (later.add(group.id)) {
            alarm.in(AGAIN_MS);
        }
    }

    private void onAlarm() {
        due.addAll(later);
        later.clear();
        next();
    }

    private void next() {
        while (running == null && !due.isEmpty()) {
            String id = due.removeFirst();
            var group = groups.group(id);
            if (group != null && !group.expressions().isEmpty()) {
                running = id;
                group.expressionsStale = false;
                group.searchedAtMs = ground.clock().nowMs();
                search.find(group.expressions(), ground.topics().names(), found -> onFound(id, found));
            }
        }
    }

    private void onFound(String id, SortedMap<String, SortedSet<String>> matches) {
        if (!id.equals(running)) {
            return;
        }
        running = null;
        var group = groups.group(id);
        if (group != null) {
            groups.whenFree(group, () -> groups.submit(group, facts(group, matches), _ -> { }));
        }
        next();
    }

    private List<Fact> facts(ConsumerGroup group, SortedMap<String, SortedSet<String>> matches) {
        var facts = new ArrayList<Fact>();
        boolean changed = false;
        var names = new TreeSet<>(group.names(List.of(), null));
        for (var match : matches.entrySet()) {
            var known = group.found.get(match.getKey());
            boolean same = known != null && known.topics().equals(match.getValue());
            if (!same && group.searchersOf(match.getKey()) > 0) {
                facts.add(new Fact.Expression(group.id, match.getKey(),
                        new Found(new TreeSet<>(match.getValue()), 0, ground.clock().nowMs())));
                changed |= !match.getValue().isEmpty() || known != null && !known.topics().isEmpty();
                names.addAll(match.getValue());
            }
        }
        if (changed) {
            facts.add(new Fact.Epoch(group.id, new Generation(
                    group.generation.epoch() + 1, TopicsHash.of(names, ground.topics()))));
        }
        return facts;
    }
}
