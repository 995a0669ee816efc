package naru.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import naru.base.TopicPartition;
import naru.base.Uuid;
import naru.protocol.ErrorCode;
import naru.protocol.message.ApiKey;
import naru.protocol.message.IncrementalAlterConfigsRequest;
import naru.protocol.message.IncrementalAlterConfigsRequest.AlterConfigsResource;
import naru.protocol.message.IncrementalAlterConfigsRequest.AlterableConfig;
import naru.protocol.message.IncrementalAlterConfigsResponse;
import naru.protocol.message.MetadataRequest;
import naru.protocol.message.MetadataResponse;

/** A share group: producers write parcels, and couriers are handed them, one at a time each, until each is done with. */
final class Couriers implements Workload {

    static final String GROUP = "couriers";
    static final String TOPIC = "parcels";
    /** How long a courier has a record. */
    static final long LOCK_MS = 1_000;
    private static final int PARTITIONS = 2;
    private static final int COURIERS_MAX = 6;
    private static final int METADATA_VERSION = 12;
    private static final byte GROUP_RESOURCE = 32;

    private final World world;
    private final SimulatedRandomness dice;
    private final int countLimit;
    private final Deliveries deliveries;
    private final Promises promises = new Promises();
    private final Errands founder;
    private final List<TopicPartition> partitions = new ArrayList<>();
    private final List<Producer> senders = new ArrayList<>();
    private final List<Courier> couriers = new ArrayList<>();
    private Uuid topicId;
    private boolean stopped;
    private int born;
    private int kills;

    Couriers(World world) {
        this.world = world;
        this.dice = world.dice().fork(GROUP);
        this.countLimit = List.of(2, 3, 5, 10).get(dice.nextInt(4));
        this.deliveries = new Deliveries(world.timeline(), countLimit);
        this.founder = new Errands("founder of parcels", world);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            partitions.add(new TopicPartition(TOPIC, partition));
        }
    }

    Deliveries deliveries() {
        return deliveries;
    }

    Promises promises() {
        return promises;
    }

    Uuid topicId() {
        return topicId;
    }

    @Override
    public void start() {
        founder.start();
        new NewTopic(TOPIC, PARTITIONS, Map.of()).create(founder, this::settle);
    }

    /** The group begins at the beginning, and each record is handed out so often at most. */
    private void settle() {
        byte set = 0;
        var configs = List.of(
                new AlterableConfig("share.auto.offset.reset", set, "earliest"),
                new AlterableConfig("share.delivery.count.limit", set, Integer.toString(countLimit)));
        var request = new IncrementalAlterConfigsRequest(List.of(new AlterConfigsResource(GROUP_RESOURCE, GROUP, configs)), false);
        founder.ask(ApiKey.INCREMENTAL_ALTER_CONFIGS, 1, () -> request, message -> {
            if (((IncrementalAlterConfigsResponse) message).responses().getFirst().errorCode() == ErrorCode.NONE.code()) {
                learnId();
            } else {
                founder.again();
            }
        });
    }

    private void learnId() {
        var request = MetadataRequest.builder()
                .topics(List.of(MetadataRequest.MetadataRequestTopic.builder().name(TOPIC).build())).build();
        founder.ask(ApiKey.METADATA, METADATA_VERSION, () -> request, message -> {
            var topic = ((MetadataResponse) message).topics().getFirst();
            if (topic.errorCode() != ErrorCode.NONE.code()) {
                founder.again();
                return;
            }
            topicId = topic.topicId();
            for (int i = 0; i < 2; i++) {
                var sender = new Producer("sender" + i, world, partitions, (short) -1, true, promises);
                senders.add(sender);
                sender.start();
                if (stopped) {
                    sender.stop();
                }
            }
            for (int i = 0; i < 3; i++) {
                join();
            }
        });
    }

    private void join() {
        var courier = new Courier("courier" + born++, world, this);
        couriers.add(courier);
        courier.start();
    }

    /** Somebody comes, goes with a farewell or without, or begins anew. */
    @Override
    public void trouble() {
        if (couriers.isEmpty()) {
            return;
        }
        var courier = couriers.get(dice.nextInt(couriers.size()));
        switch (dice.nextInt(4)) {
            case 0 -> courier.hangUp();
            case 1 -> {
                if (couriers.size() < COURIERS_MAX) {
                    join();
                }
            }
            default -> {
                kills++;
                couriers.remove(courier);
                courier.end(dice.onceIn(2));
                join();
            }
        }
    }

    @Override
    public void stop() {
        stopped = true;
        senders.forEach(Producer::stop);
    }

    /** Everything that is to be handed out is written. */
    @Override
    public boolean isQuiet() {
        return topicId != null && senders.stream().allMatch(Producer::isIdle);
    }

    @Override
    public void tellUnquiet() {
        couriers.forEach(courier -> world.timeline().tell(courier.toString()));
        partitions.forEach(partition -> world.timeline().tell("left over: " + leftOver(partition)));
    }

    private String leftOver(TopicPartition partition) {
        return deliveries.leftOver(partition, promises.acknowledgedOffsets(partition));
    }

    @Override
    public boolean isAudited() {
        return partitions.stream().allMatch(partition -> leftOver(partition) == null);
    }

    /** Time for the last to be handed out once more, which must not be. */
    @Override
    public void judge() {
        world.timeline().runForMs(2 * LOCK_MS);
        couriers.forEach(courier -> courier.end(false));
    }

    @Override
    public int kills() {
        return kills;
    }

    @Override
    public String tally() {
        return promises.acknowledgedCount() + " parcels, handed out " + deliveries.handedOut() + " times, of at most " + countLimit
                + " each, " + deliveries.done() + " done with";
    }
}
