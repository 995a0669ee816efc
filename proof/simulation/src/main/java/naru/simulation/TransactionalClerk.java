package naru.simulation;

import java.util.ArrayList;
import java.util.List;
import naru.base.TopicPartition;

/** Enters into accounts in transactions, some of which it aborts; what was in doubt when it dies stays in doubt. */
final class TransactionalClerk implements TransactionalClient.Life {

    private final World world;
    private final Books books;
    private final Bookkeeping bookkeeping;
    private final SimulatedRandomness dice;
    private final TransactionalClient client;
    private final Runnable whenDead;
    private final List<Books.Entry> entered = new ArrayList<>();
    private int committedBefore;
    private boolean stopped;

    TransactionalClerk(String name, String transactionalId, World world, Books books, List<TopicPartition> partitions,
            List<String> accounts, Runnable whenDead) {
        this.world = world;
        this.books = books;
        this.bookkeeping = new Bookkeeping(name, world, books, partitions, accounts);
        this.dice = world.dice().fork(name + " decides");
        this.whenDead = whenDead;
        this.client = new TransactionalClient(name, transactionalId, dice.onceIn(2), world, this);
    }

    void start() {
        client.start();
    }

    void kill() {
        client.errands().kill();
    }

    void stop() {
        stopped = true;
    }

    boolean isQuiet() {
        return client.errands().isDead() || stopped && client.isIdle();
    }

    @Override
    public boolean isInHistory() {
        return false;
    }

    @Override
    public void onIdle() {
        boolean committed = client.committed() > committedBefore;
        committedBefore = client.committed();
        for (var entry : entered) {
            if (committed) {
                books.acknowledged(entry, world.timeline().nowNs());
            } else {
                books.aborted(entry);
            }
        }
        entered.clear();
        client.errands().later(dice.between(1, 150), () -> {
            if (!stopped && client.isIdle()) {
                client.begin();
                enter(1 + dice.nextInt(3));
            }
        });
    }

    private void enter(int batches) {
        if (batches == 0) {
            boolean commit = dice.nextInt(4) != 0;
            if (commit) {
                entered.forEach(books::committing);
            }
            client.end(commit);
            return;
        }
        var to = bookkeeping.anyPartition();
        var entries = bookkeeping.compose(to, true);
        entered.addAll(entries);
        client.send(to, new TransactionalClient.Letter(entries.size(), builder -> bookkeeping.fill(builder, entries), base -> {
            for (int i = 0; i < entries.size(); i++) {
                books.placed(entries.get(i), base < 0 ? -1 : base + i);
            }
        }), () -> client.errands().later(dice.onceIn(4) ? dice.between(1, 200) : 0, () -> enter(batches - 1)));
    }

    @Override
    public void onDead(String why) {
        whenDead.run();
    }

    @Override
    public String toString() {
        return client.toString();
    }
}
