package naru.histories;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** A history under the knife of {@link Planted}. */
final class Edit {

    private static final String AUDITOR = "auditor";

    /** A poll of some reader with another of the same partition on either side and no new assignment in between. */
    record Middle(int before, int at, int after, String partition) {}

    /** This history has nothing of the kind that is to be spoiled. */
    static final class NoPlace extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private final List<Event> history;
    private final Random random;
    private final Set<String> seen = new HashSet<>();
    private final Map<String, Long> ends = new TreeMap<>();
    private final Set<String> commitBegun = new HashSet<>();
    private final Set<String> committed = new HashSet<>();
    private final Set<String> refused = new HashSet<>();
    private final List<Operation.Send> acknowledged = new ArrayList<>();

    Edit(List<Event> history, Random random) {
        this.history = history;
        this.random = random;
        for (var event : history) {
            switch (event.operation()) {
                case Operation.Poll poll when event.process().equals(AUDITOR) -> poll.seen().forEach(one -> {
                    seen.add(one.value());
                    ends.merge(one.partition(), one.offset(), Math::max);
                });
                case Operation.Commit commit -> {
                    commitBegun.add(commit.transaction());
                    if (event.stage() != Stage.INVOKE) {
                        (event.stage() == Stage.OK ? committed : refused).add(commit.transaction());
                    }
                }
                case Operation.Send send when event.stage() == Stage.OK -> acknowledged.add(send);
                default -> { }
            }
        }
    }

    <T> T any(List<T> from) {
        if (from.isEmpty()) {
            throw new NoPlace();
        }
        return from.get(random.nextInt(from.size()));
    }

    List<Operation.Send> acknowledged(Predicate<Operation.Send> which) {
        return acknowledged.stream().filter(which).toList();
    }

    List<Operation.Send> sends(Predicate<Operation.Send> which) {
        return acknowledged(which);
    }

    /** Committed for certain, and not those of the worker. */
    List<String> committed() {
        return committed.stream().sorted().filter(name -> sendsOf(name).stream().allMatch(send -> send.cause() == null)).toList();
    }

    List<Operation.Send> sendsOf(String transaction) {
        return acknowledged(send -> transaction.equals(send.transaction()));
    }

    boolean isAborted(String transaction) {
        return transaction != null && (!commitBegun.contains(transaction) || refused.contains(transaction) && !committed.contains(transaction))
                && !isInfo(transaction);
    }

    private boolean isInfo(String transaction) {
        return history.stream().anyMatch(event -> event.stage() == Stage.INFO
                && event.operation() instanceof Operation.Commit(var name) && name.equals(transaction));
    }

    boolean isPlain(Operation.Send send) {
        return send.transaction() == null && send.partition().startsWith("t-");
    }

    boolean isSeen(String value) {
        return seen.contains(value);
    }

    boolean isPassedByAuditor(Operation.Send send) {
        return isSeen(send.value()) && send.offset() < ends.get(send.partition());
    }

    /** An offset at which nothing stands. */
    long beyond(String partition) {
        return ends.getOrDefault(partition, 0L) + 100_000;
    }

    Event last() {
        return history.getLast();
    }

    void append(String process, Stage stage, Operation operation) {
        history.add(new Event(history.size() * 10L, process, stage, operation));
    }

    void commitOffsets(String transaction, long offset) {
        append("x", Stage.OK, new Operation.Begin(transaction));
        append("x", Stage.INVOKE, new Operation.CommitOffsets(transaction, "other", Map.of("in-0", offset)));
        append("x", Stage.OK, new Operation.CommitOffsets(transaction, "other", Map.of("in-0", offset)));
    }

    void auditorSees(Seen one) {
        append(AUDITOR, Stage.OK, new Operation.Poll(List.of(one)));
    }

    void replace(UnaryOperator<Operation> by) {
        history.replaceAll(event -> new Event(event.timeNs(), event.process(), event.stage(), by.apply(event.operation())));
    }

    void moveToEnd(Predicate<Event> which) {
        var moved = history.stream().filter(which).toList();
        history.removeIf(which);
        history.addAll(moved);
    }

    void removeFromPolls(Predicate<Seen> which) {
        rewritePolls(null, one -> which.test(one) ? List.of() : List.of(one));
    }

    /** @param process whose polls; null for everybody's */
    void rewritePolls(String process, Function<Seen, List<Seen>> rule) {
        history.replaceAll(event -> event.operation() instanceof Operation.Poll(var all)
                && (process == null || process.equals(event.process()))
                ? new Event(event.timeNs(), event.process(), event.stage(),
                        new Operation.Poll(all.stream().flatMap(one -> rule.apply(one).stream()).toList()))
                : event);
    }

    void insertIntoAuditorsPolls(Seen fresh) {
        for (int at = 0; at < history.size(); at++) {
            if (history.get(at).process().equals(AUDITOR) && history.get(at).operation() instanceof Operation.Poll(var all)) {
                for (int i = 0; i < all.size(); i++) {
                    if (all.get(i).partition().equals(fresh.partition()) && all.get(i).offset() > fresh.offset()) {
                        var more = new ArrayList<>(all);
                        more.add(i, fresh);
                        poll(at, more);
                        return;
                    }
                }
            }
        }
        auditorSees(fresh);
    }

    List<Seen> polled(int at) {
        return ((Operation.Poll) history.get(at).operation()).seen();
    }

    void poll(int at, List<Seen> all) {
        var event = history.get(at);
        history.set(at, new Event(event.timeNs(), event.process(), event.stage(), new Operation.Poll(all)));
    }

    void repeat(int at) {
        history.add(at + 1, history.get(at));
    }

    private boolean isReadersPoll(int at) {
        return history.get(at).process().startsWith("r") && history.get(at).operation() instanceof Operation.Poll;
    }

    Middle middlePoll() {
        var found = new ArrayList<Middle>();
        var runs = new HashMap<String, Map<String, List<Integer>>>();
        for (int at = 0; at < history.size(); at++) {
            var event = history.get(at);
            if (!event.process().startsWith("r")) {
                continue;
            }
            var run = runs.computeIfAbsent(event.process(), _ -> new TreeMap<>());
            if (!isReadersPoll(at)) {
                run.clear();
                continue;
            }
            for (var partition : polled(at).stream().map(Seen::partition).distinct().toList()) {
                var places = run.computeIfAbsent(partition, _ -> new ArrayList<>());
                places.add(at);
                if (places.size() > 2) {
                    found.add(new Middle(places.get(places.size() - 3), places.get(places.size() - 2), at, partition));
                }
            }
        }
        return any(found);
    }

    void skip(Middle middle) {
        poll(middle.at, polled(middle.at).stream().filter(one -> !one.partition().equals(middle.partition)).toList());
    }

    /** Makes the polls from the first to the last one transaction of their process. */
    void wrap(Middle middle) {
        String process = history.get(middle.at).process();
        history.add(middle.after + 1, new Event(0, process, Stage.OK, new Operation.Abort("wrapped")));
        history.add(middle.before, new Event(0, process, Stage.OK, new Operation.Begin("wrapped")));
    }

    int pollWithAtLeast(int count) {
        var found = new ArrayList<Integer>();
        for (int at = 0; at < history.size(); at++) {
            if (isReadersPoll(at) && indexOfRun(polled(at), count) >= 0) {
                found.add(at);
            }
        }
        return any(found);
    }

    /** Where this many records of one partition follow each other; -1 for nowhere. */
    int indexOfRun(List<Seen> all, int count) {
        for (int i = 0; i + count <= all.size(); i++) {
            String partition = all.get(i).partition();
            if (all.subList(i, i + count).stream().allMatch(one -> one.partition().equals(partition))) {
                return i;
            }
        }
        return -1;
    }

    /** Two sends of one process to one partition, next to each other there, take each other's place in time. */
    void exchangeTwoSends(boolean ofOneTransaction) {
        record Pair(Operation.Send first, Operation.Send second) {}
        var last = new HashMap<String, Operation.Send>();
        var pairs = new ArrayList<Pair>();
        for (var event : history) {
            if (event.operation() instanceof Operation.Send send && event.stage() == Stage.OK && send.cause() == null) {
                var before = last.put(event.process() + send.partition(), send);
                boolean same = before != null && send.transaction() != null && send.transaction().equals(before.transaction());
                if (before != null && same == ofOneTransaction && (ofOneTransaction || isPlain(send))) {
                    pairs.add(new Pair(before, send));
                }
            }
        }
        var pair = any(pairs);
        replace(operation -> operation instanceof Operation.Send send
                ? exchanged(send, pair.first, pair.second) : operation);
    }

    private static Operation.Send exchanged(Operation.Send send, Operation.Send first, Operation.Send second) {
        var other = send.value().equals(first.value()) ? second : send.value().equals(second.value()) ? first : send;
        return new Operation.Send(send.transaction(), send.partition(), send.offset() < 0 ? -1 : other.offset(),
                other.value(), send.cause());
    }
}
