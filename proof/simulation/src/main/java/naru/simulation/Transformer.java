package naru.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import naru.base.TopicPartition;
import naru.histories.Cause;
import naru.histories.Seen;
import naru.protocol.message.ApiKey;
import naru.protocol.message.FetchResponse;
import naru.protocol.message.OffsetCommitRequest;
import naru.protocol.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import naru.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;

/** Answers each payment with a record of its own, and commits both how far it read and what it wrote in one transaction. */
final class Transformer implements TransactionalClient.Life {

    static final String GROUP = "transformers";
    private static final int FETCH_VERSION = 11;

    private final String name;
    private final World world;
    private final List<TopicPartition> from;
    private final List<TopicPartition> to;
    private final Runnable whenDead;
    private final TransactionalClient client;
    private final CommittedReader reader;
    private int committedBefore = -1;
    private int serial;

    Transformer(String name, String transactionalId, boolean generationTwo, World world,
            List<TopicPartition> from, List<TopicPartition> to, Runnable whenDead) {
        this.name = name;
        this.world = world;
        this.from = from;
        this.to = to;
        this.whenDead = whenDead;
        this.client = new TransactionalClient(name, transactionalId, generationTwo, world, this);
        this.reader = new CommittedReader(name, world);
    }

    TransactionalClient client() {
        return client;
    }

    /**
     * It asked at this time or later whether there is more to answer, and there was not. What it knew before its last transaction says
     * nothing: if that was aborted, it stands behind payments that nobody has answered, until it has gone back to the group's offsets.
     */
    boolean isCaughtUp(long sinceNs) {
        return client.isIdle() && reader.isCaughtUp(Math.max(sinceNs, client.idleSinceNs()));
    }

    @Override
    public void onIdle() {
        if (client.committed() > committedBefore && committedBefore >= 0) {
            fetch();
            return;
        }
        GroupOffsets.find(name, world, client.errands(), GROUP, from, found -> {
            found.replaceAll((_, offset) -> Math.max(0, offset));
            reader.assign(found);
            fetch();
        });
    }

    private void fetch() {
        client.errands().ask(ApiKey.FETCH, FETCH_VERSION, reader.request(FETCH_VERSION), message -> {
            var seen = reader.take((FetchResponse) message);
            if (seen.isEmpty()) {
                client.errands().later(10, this::fetch);
            } else {
                transform(seen);
            }
        });
    }

    private void transform(List<Seen> seen) {
        committedBefore = client.committed();
        client.begin();
        var shares = new TreeMap<TopicPartition, List<Seen>>();
        for (var one : seen) {
            shares.computeIfAbsent(to.get((int) (one.offset() % to.size())), _ -> new ArrayList<>()).add(one);
        }
        answer(new ArrayList<>(shares.entrySet()));
    }

    private void answer(List<Map.Entry<TopicPartition, List<Seen>>> shares) {
        if (shares.isEmpty()) {
            commit();
            return;
        }
        var share = shares.removeFirst();
        var values = new ArrayList<String>();
        var causes = new ArrayList<Cause>();
        for (var one : share.getValue()) {
            values.add(name + "#" + serial++);
            causes.add(new Cause(GROUP, one.partition(), one.offset()));
        }
        client.send(share.getKey(), values, causes, () -> answer(shares));
    }

    private void commit() {
        if (world.mischief() == Mischief.OFFSETS_STAND_ASIDE) {
            commitAside();
        } else {
            client.sendOffsets(GROUP, reader.positions(), () -> client.end(true));
        }
    }

    private void commitAside() {
        var topics = new ArrayList<OffsetCommitRequestTopic>();
        reader.positions().forEach((partition, offset) -> topics.add(OffsetCommitRequestTopic.builder()
                .name(partition.topic()).partitions(List.of(OffsetCommitRequestPartition.builder()
                        .partitionIndex(partition.partition()).committedOffset(offset).committedMetadata("").build())).build()));
        var request = OffsetCommitRequest.builder()
                .groupId(GROUP).generationIdOrMemberEpoch(-1).memberId("").topics(topics).build();
        client.tellOffsets(GROUP, reader.positions());
        client.errands().ask(ApiKey.OFFSET_COMMIT, 7, () -> request, _ -> client.end(true));
    }

    @Override
    public void onDead(String why) {
        whenDead.run();
    }
}
