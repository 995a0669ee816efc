package naru.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import naru.base.TopicPartition;

/**
 * A compacted topic with small segments and an eager cleaner: clerks, with transactions and without, enter and close accounts,
 * and readers, slow ones and fast ones, want to know where the accounts stand.
 */
final class Accounts implements Workload {

    static final long DELETE_RETENTION_MS = 4_000;

    private static final String TOPIC = "accounts";
    private static final int ACCOUNTS = 14;
    private static final int CLERKS = 4;

    /** One who writes certain accounts; who dies is followed by another. */
    private final class Desk {
        private final String name;
        private final boolean transactional;
        private final List<String> accounts = new ArrayList<>();
        private Clerk clerk;
        private TransactionalClerk transactionalClerk;
        private int generation;

        private Desk(String name, boolean transactional) {
            this.name = name;
            this.transactional = transactional;
            for (int i = 0; i < ACCOUNTS; i++) {
                accounts.add(name + "'s account " + i);
            }
        }

        private void next() {
            String who = name + "." + ++generation;
            if (transactional) {
                transactionalClerk = new TransactionalClerk(who, name, world, books, partitions, accounts, this::onDeath);
                transactionalClerk.start();
            } else {
                clerk = new Clerk(who, world, books, partitions, accounts);
                clerk.start(topic);
            }
            if (stopped) {
                stop();
            }
        }

        private void onDeath() {
            world.timeline().afterMs(dice.between(1, 300), this::next);
        }

        private void kill() {
            if (transactional) {
                transactionalClerk.kill();
            } else {
                clerk.kill();
            }
            next();
        }

        private void stop() {
            if (transactional) {
                transactionalClerk.stop();
            } else {
                clerk.stop();
            }
        }

        private boolean isQuiet() {
            return transactional ? transactionalClerk.isQuiet() : clerk.isQuiet();
        }
    }

    private final World world;
    private final SimulatedRandomness dice;
    private final Books books = new Books();
    private final NewTopic topic;
    private final List<TopicPartition> partitions = new ArrayList<>();
    private final List<Desk> desks = new ArrayList<>();
    private final List<BookReader> readers = new ArrayList<>();
    private BookReader auditor;
    private boolean stopped;
    private int kills;

    Accounts(World world, int partitionCount) {
        this.world = world;
        this.dice = world.dice().fork(TOPIC);
        for (int partition = 0; partition < Math.min(2, partitionCount); partition++) {
            partitions.add(new TopicPartition(TOPIC, partition));
        }
        this.topic = new NewTopic(TOPIC, partitions.size(), settings(dice));
        for (int i = 0; i < CLERKS; i++) {
            desks.add(new Desk("clerk" + i, i % 2 == 1));
        }
        readers.add(new BookReader("reader of books", world, books, partitions, 20_000));
        readers.add(new BookReader("slow reader of books", world, books, partitions, 300));
    }

    /** Segments of a few batches, so that rounds have many to put together, and a tombstone's time within a story. */
    private static Map<String, String> settings(SimulatedRandomness dice) {
        return new TreeMap<>(Map.of(
                "cleanup.policy", "compact",
                "segment.ms", Long.toString(dice.between(100, 600)),
                "index.interval.bytes", "100",
                "segment.index.bytes", Long.toString(12 * dice.between(3, 20)),
                "min.cleanable.dirty.ratio", dice.onceIn(2) ? "0.01" : "0.3",
                "file.delete.delay.ms", Long.toString(dice.between(0, 800)),
                "delete.retention.ms", Long.toString(DELETE_RETENTION_MS)));
    }

    @Override
    public void start() {
        // Desks of transactions do not create the topic: until it is there, they are told to try again.
        desks.forEach(Desk::next);
        readers.forEach(reader -> reader.start(topic));
    }

    /** kill -9 for a clerk. */
    @Override
    public void trouble() {
        kills++;
        desks.get(dice.nextInt(desks.size())).kill();
    }

    @Override
    public void stop() {
        stopped = true;
        desks.forEach(Desk::stop);
    }

    @Override
    public boolean isQuiet() {
        return desks.stream().allMatch(Desk::isQuiet);
    }

    @Override
    public void tellUnquiet() {
        desks.stream().filter(desk -> !desk.isQuiet())
                .forEach(desk -> world.timeline().tell(desk.name + " is not quiet: " + desk.transactionalClerk));
        readers.forEach(reader -> world.timeline().tell(reader.toString()));
        if (auditor != null) {
            world.timeline().tell(auditor.toString());
        }
    }

    @Override
    public void audit() {
        readers.forEach(BookReader::stop);
        auditor = new BookReader("auditor of books", world, books, partitions, 20_000);
        auditor.start(topic);
    }

    @Override
    public boolean isAudited() {
        return auditor.rounds() > 1;
    }

    @Override
    public int kills() {
        return kills;
    }

    /** How many entries were written. */
    int written() {
        return books.written();
    }

    /** How many of them were still there in the end. */
    int left() {
        return auditor.seen();
    }

    @Override
    public String tally() {
        return written() + " entries in accounts, of which " + left() + " are left";
    }
}
