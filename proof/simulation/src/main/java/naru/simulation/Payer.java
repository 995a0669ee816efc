package naru.simulation;

import java.util.ArrayList;
import java.util.List;
import naru.base.TopicPartition;

/** Makes payments: transactions of a few batches in several partitions, most of them committed. */
final class Payer implements TransactionalClient.Life {

    private static final int BATCHES_MAX = 4;

    private final String name;
    private final World world;
    private final List<TopicPartition> partitions;
    private final Runnable whenDead;
    private final SimulatedRandomness dice;
    private final TransactionalClient client;
    private int serial;
    private boolean stopped;

    Payer(String name, String transactionalId, boolean generationTwo, World world, List<TopicPartition> partitions, Runnable whenDead) {
        this.name = name;
        this.world = world;
        this.partitions = partitions;
        this.whenDead = whenDead;
        this.dice = world.dice().fork(name + " pays");
        this.client = new TransactionalClient(name, transactionalId, generationTwo, world, this);
    }

    TransactionalClient client() {
        return client;
    }

    /** Begins nothing new. */
    void stop() {
        stopped = true;
    }

    @Override
    public void onIdle() {
        client.errands().later(dice.between(1, 80), () -> {
            if (!stopped && client.isIdle() && !world.mayWrite()) {
                onIdle();
            } else if (!stopped && client.isIdle()) {
                client.begin();
                pay(1 + dice.nextInt(BATCHES_MAX));
            }
        });
    }

    private void pay(int batches) {
        if (batches == 0) {
            client.end(dice.nextInt(6) != 0);
            return;
        }
        int atOnce = 1 + dice.nextInt(batches);
        var to = partitions.get(dice.nextInt(partitions.size()));
        var letters = new ArrayList<TransactionalClient.Letter>();
        for (int i = 0; i < atOnce; i++) {
            letters.add(client.letterOf(to, values(), null));
        }
        client.sendAtOnce(to, letters,
                () -> client.errands().later(dice.nextInt(4) == 0 ? dice.between(1, 60) : 0, () -> pay(batches - atOnce)));
    }

    private List<String> values() {
        var values = new ArrayList<String>();
        for (int i = 0; i <= dice.nextInt(3); i++) {
            values.add(name + "#" + serial++);
        }
        return values;
    }

    @Override
    public void onDead(String why) {
        whenDead.run();
    }
}
