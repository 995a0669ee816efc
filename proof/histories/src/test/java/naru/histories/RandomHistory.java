package naru.histories;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A history that can be right: clients of a model of a log which never errs, with failed and indeterminate operations,
 * killed processes, aborted and forgotten transactions, and a group that consumes, transforms and produces. The last
 * process, {@code auditor}, reads everything.
 */
final class RandomHistory {

    static final String GROUP = "g";
    private static final List<String> INPUTS = List.of("in-0", "in-1");
    private static final List<String> FREE = List.of("t-0", "t-1");
    private static final List<String> OUTPUTS = List.of("out-0");

    private enum Fate { OPEN, COMMITTED, ABORTED }

    private static final class Txn {
        private Fate fate = Fate.OPEN;
        private final Map<String, Long> offsets = new TreeMap<>();
        /** Its first record in each partition. */
        private final Map<String, Long> begins = new TreeMap<>();
    }

    /** @param value null for a marker */
    private record Entry(String value, Txn txn) {}

    private interface Actor {
        void step();
    }

    private final Random random;
    private final List<Event> events = new ArrayList<>();
    private final Map<String, List<Entry>> logs = new LinkedHashMap<>();
    private final Map<String, Long> committed = new TreeMap<>();
    private final List<Txn> open = new ArrayList<>();
    private int serial;

    private RandomHistory(long seed) {
        this.random = new Random(seed);
        for (var names : List.of(INPUTS, FREE, OUTPUTS)) {
            names.forEach(name -> logs.put(name, new ArrayList<>()));
        }
    }

    static List<Event> of(long seed, int steps) {
        return new RandomHistory(seed).live(steps);
    }

    private List<Event> live(int steps) {
        var actors = List.of(new PlainProducer(), new PlainProducer(), new TransactionalProducer(),
                new TransactionalProducer(), new TransactionalProducer(), new Reader(), new Reader(), new Worker());
        for (int i = 0; i < steps; i++) {
            actors.get(random.nextInt(actors.size())).step();
        }
        List.copyOf(open).forEach(txn -> end(txn, Fate.ABORTED));
        var auditor = new Reader("auditor", logs.keySet().stream().toList());
        while (auditor.step(5)) { }
        findOffsets("auditor");
        return events;
    }

    private String fresh(String prefix) {
        return prefix + serial++;
    }

    private void tell(String process, Stage stage, Operation operation) {
        events.add(new Event(events.size() * 10L, process, stage, operation));
    }

    private long append(String partition, String value, Txn txn) {
        var log = logs.get(partition);
        if (txn != null) {
            txn.begins.putIfAbsent(partition, (long) log.size());
        }
        log.add(new Entry(value, txn));
        return log.size() - 1;
    }

    private void end(Txn txn, Fate fate) {
        if (txn.fate != Fate.OPEN) {
            return;
        }
        txn.fate = fate;
        open.remove(txn);
        txn.begins.keySet().forEach(partition -> append(partition, null, null));
        if (fate == Fate.COMMITTED) {
            committed.putAll(txn.offsets);
        }
    }

    private long lastStable(String partition) {
        long end = logs.get(partition).size();
        for (var txn : open) {
            end = Math.min(end, txn.begins.getOrDefault(partition, end));
        }
        return end;
    }

    /** What the log holds for a reader, the first that are visible from a position on; moves the position. */
    private List<Seen> read(String partition, Map<String, Long> positions, int max) {
        var seen = new ArrayList<Seen>();
        long at = positions.get(partition);
        for (long end = lastStable(partition); at < end && seen.size() < max; at++) {
            var entry = logs.get(partition).get((int) at);
            if (entry.value != null && (entry.txn == null || entry.txn.fate == Fate.COMMITTED)) {
                seen.add(new Seen(partition, at, entry.value));
            }
        }
        positions.put(partition, at);
        return seen;
    }

    private Map<String, Long> findOffsets(String process) {
        var found = new TreeMap<String, Long>();
        tell(process, Stage.INVOKE, new Operation.FindOffsets(GROUP, Map.of()));
        INPUTS.forEach(input -> found.put(input, committed.getOrDefault(input, -1L)));
        tell(process, Stage.OK, new Operation.FindOffsets(GROUP, Map.copyOf(found)));
        return found;
    }

    private <T> T any(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private final class PlainProducer implements Actor {
        private String process = fresh("p");

        @Override
        public void step() {
            String partition = any(random.nextBoolean() ? INPUTS : FREE);
            String value = fresh("v");
            int lot = random.nextInt(20);
            tell(process, Stage.INVOKE, new Operation.Send(null, partition, -1, value, null));
            if (lot == 0) {
                tell(process, Stage.FAIL, new Operation.Send(null, partition, -1, value, null));
            } else if (lot == 1) {
                if (random.nextBoolean()) {
                    append(partition, value, null);
                }
                tell(process, Stage.INFO, new Operation.Send(null, partition, -1, value, null));
            } else if (lot == 2) {
                if (random.nextBoolean()) {
                    append(partition, value, null);
                }
                process = fresh("p");
            } else {
                tell(process, Stage.OK, new Operation.Send(null, partition, append(partition, value, null), value, null));
            }
        }
    }

    private final class TransactionalProducer implements Actor {
        private String process = fresh("x");
        private String name;
        private Txn txn;

        @Override
        public void step() {
            int lot = random.nextInt(12);
            if (txn == null) {
                name = fresh("txn");
                txn = new Txn();
                open.add(txn);
                tell(process, Stage.OK, new Operation.Begin(name));
            } else if (lot < 8) {
                send();
            } else if (lot < 10) {
                commit(random.nextInt(5));
            } else if (lot == 10) {
                abort();
            } else {
                // Killed: nobody commits it any more, and some day it is aborted.
                end(txn, Fate.ABORTED);
                process = fresh("x");
                txn = null;
            }
        }

        private void send() {
            String partition = any(FREE);
            String value = fresh("v");
            tell(process, Stage.INVOKE, new Operation.Send(name, partition, -1, value, null));
            long offset = append(partition, value, txn);
            if (random.nextInt(15) == 0) {
                tell(process, Stage.INFO, new Operation.Send(name, partition, -1, value, null));
                abort();
            } else {
                tell(process, Stage.OK, new Operation.Send(name, partition, offset, value, null));
            }
        }

        private void abort() {
            tell(process, Stage.INVOKE, new Operation.Abort(name));
            end(txn, Fate.ABORTED);
            tell(process, Stage.OK, new Operation.Abort(name));
            txn = null;
        }

        private void commit(int lot) {
            tell(process, Stage.INVOKE, new Operation.Commit(name));
            end(txn, lot == 0 || lot == 1 && random.nextBoolean() ? Fate.ABORTED : Fate.COMMITTED);
            if (lot == 0) {
                tell(process, Stage.FAIL, new Operation.Commit(name));
            } else if (lot == 1) {
                if (random.nextBoolean()) {
                    tell(process, Stage.INFO, new Operation.Commit(name));
                }
                process = fresh("x");
            } else {
                tell(process, Stage.OK, new Operation.Commit(name));
            }
            txn = null;
        }
    }

    private final class Reader implements Actor {
        private String process;
        private final Map<String, Long> positions = new TreeMap<>();

        Reader() {
            this(fresh("r"), logs.keySet().stream().toList());
        }

        Reader(String process, List<String> partitions) {
            this.process = process;
            partitions.forEach(partition -> positions.put(partition, 0L));
            tell(process, Stage.OK, new Operation.Assign(Map.copyOf(positions)));
        }

        @Override
        public void step() {
            int lot = random.nextInt(60);
            if (lot == 0) {
                process = fresh("r");
                tell(process, Stage.OK, new Operation.Subscribe(List.of("in", "t", "out")));
            } else if (lot == 1) {
                positions.replaceAll((_, position) -> position == 0 ? 0 : random.nextLong(position));
                tell(process, Stage.OK, new Operation.Assign(Map.copyOf(positions)));
            } else {
                step(1 + random.nextInt(6));
            }
        }

        /** False when there was nothing to read. */
        boolean step(int max) {
            var before = Map.copyOf(positions);
            var seen = new ArrayList<Seen>();
            positions.keySet().forEach(partition -> seen.addAll(read(partition, positions, max)));
            if (!seen.isEmpty()) {
                tell(process, Stage.OK, new Operation.Poll(seen));
            }
            return !before.equals(positions);
        }
    }

    /** One at a time: whoever comes next begins where the group's offsets are. */
    private final class Worker implements Actor {
        private String process;
        private Map<String, Long> positions;

        @Override
        public void step() {
            if (positions == null) {
                process = fresh("w");
                positions = findOffsets(process);
                positions.replaceAll((_, offset) -> Math.max(0, offset));
                tell(process, Stage.OK, new Operation.Assign(Map.copyOf(positions)));
            }
            String name = fresh("txn");
            tell(process, Stage.OK, new Operation.Begin(name));
            var txn = new Txn();
            open.add(txn);
            var inputs = new ArrayList<Seen>();
            INPUTS.forEach(input -> inputs.addAll(read(input, positions, 3)));
            tell(process, Stage.OK, new Operation.Poll(inputs));
            for (var input : inputs) {
                String value = fresh("o");
                var cause = new Cause(GROUP, input.partition(), input.offset());
                String to = any(OUTPUTS);
                tell(process, Stage.INVOKE, new Operation.Send(name, to, -1, value, cause));
                tell(process, Stage.OK, new Operation.Send(name, to, append(to, value, txn), value, cause));
            }
            txn.offsets.putAll(positions);
            var offsets = new Operation.CommitOffsets(name, GROUP, Map.copyOf(positions));
            tell(process, Stage.INVOKE, offsets);
            tell(process, Stage.OK, offsets);
            end(name, txn);
        }

        private void end(String name, Txn txn) {
            int lot = random.nextInt(8);
            if (lot == 0) {
                RandomHistory.this.end(txn, Fate.ABORTED);
                positions = null;
                return;
            }
            tell(process, Stage.INVOKE, new Operation.Commit(name));
            if (lot == 1) {
                RandomHistory.this.end(txn, random.nextBoolean() ? Fate.ABORTED : Fate.COMMITTED);
                positions = null;
                return;
            }
            RandomHistory.this.end(txn, Fate.COMMITTED);
            tell(process, Stage.OK, new Operation.Commit(name));
        }
    }
}
