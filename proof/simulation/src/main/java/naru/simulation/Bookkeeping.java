package naru.simulation;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import naru.base.TopicPartition;
import naru.protocol.batch.BatchBuilder;
import naru.protocol.batch.Record;

/** Makes up entries and puts them into batches: the name of an entry is in a header, since a tombstone has no value. */
final class Bookkeeping {

    static final String NAME_HEADER = "entry";

    private final String name;
    private final World world;
    private final Books books;
    private final List<TopicPartition> partitions;
    private final List<String> accounts;
    private final SimulatedRandomness dice;
    private int serial;

    Bookkeeping(String name, World world, Books books, List<TopicPartition> partitions, List<String> accounts) {
        this.name = name;
        this.world = world;
        this.books = books;
        this.partitions = partitions;
        this.accounts = accounts;
        this.dice = world.dice().fork(name + " enters");
    }

    /** Some entries, all for accounts of one partition, to be sent in this order. */
    List<Books.Entry> compose(TopicPartition to, boolean transactional) {
        var mine = accounts.stream().filter(account -> partitionOf(account).equals(to)).toList();
        var entries = new ArrayList<Books.Entry>();
        for (int i = 0; i <= dice.nextInt(4) && !mine.isEmpty(); i++) {
            entries.add(books.entering(name + "#" + serial++, to, mine.get(dice.nextInt(mine.size())), dice.onceIn(4), transactional));
        }
        return entries;
    }

    TopicPartition anyPartition() {
        return partitionOf(accounts.get(dice.nextInt(accounts.size())));
    }

    private TopicPartition partitionOf(String account) {
        return partitions.get(Math.floorMod(account.hashCode(), partitions.size()));
    }

    void fill(BatchBuilder builder, List<Books.Entry> entries) {
        for (var entry : entries) {
            var padding = entry.name() + "-" + "x".repeat(dice.nextInt(60));
            builder.add(world.clock().nowMs(), bytes(entry.account()), entry.isClosing() ? null : bytes(padding),
                    List.of(new Record.Header(NAME_HEADER, bytes(entry.name()))));
        }
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }
}
