package naru.simulation;

import static naru.simulation.Conviction.unless;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import naru.base.TopicPartition;
import naru.base.Uuid;
import naru.protocol.ErrorCode;
import naru.protocol.Records;
import naru.protocol.batch.BatchHeader;
import naru.protocol.batch.RecordReader;
import naru.protocol.message.ApiKey;
import naru.protocol.message.ShareAcknowledgeRequest;
import naru.protocol.message.ShareAcknowledgeRequest.AcknowledgePartition;
import naru.protocol.message.ShareAcknowledgeRequest.AcknowledgeTopic;
import naru.protocol.message.ShareAcknowledgeResponse;
import naru.protocol.message.ShareFetchRequest;
import naru.protocol.message.ShareFetchRequest.FetchPartition;
import naru.protocol.message.ShareFetchRequest.FetchTopic;
import naru.protocol.message.ShareFetchRequest.ForgottenTopic;
import naru.protocol.message.ShareFetchResponse;

/**
 * A member of a share group, as Kafka's share consumers are: what it has it has through one session on one connection. It is done
 * with most of what it is given, gives some back, rejects some, asks for more time, and forgets some without a word.
 */
final class Courier implements Caller.User {

    private static final int VERSION = 2;
    private static final byte ACCEPT = 1;
    private static final byte RELEASE = 2;
    private static final byte REJECT = 3;
    private static final byte RENEW = 4;

    private record Word(Deliveries.Hold hold, byte type) {}

    private final String name;
    private final String memberId;
    private final World world;
    private final Couriers group;
    private final SimulatedRandomness dice;
    private final Caller caller;
    private final CourierMembership membership;
    private final RecordReader records = new RecordReader(1 << 20);
    private final TreeSet<TopicPartition> session = new TreeSet<>();
    private final List<Deliveries.Hold> hands = new ArrayList<>();
    /** What it had in this session, and what it has. */
    private final List<Deliveries.Hold> given = new ArrayList<>();
    private int sessionEpoch;
    private boolean fetching;
    private boolean dead;

    Courier(String name, World world, Couriers group) {
        this.name = name;
        this.world = world;
        this.group = group;
        this.dice = world.dice().fork(name);
        this.memberId = dice.nextUuid().toString();
        this.caller = new Caller(name, world, this);
        this.membership = new CourierMembership(name + " as a member", memberId, world, group);
    }

    void start() {
        caller.connect();
        membership.start();
    }

    /** kill -9, or a farewell to the group and then the same. */
    void end(boolean farewell) {
        dead = true;
        membership.end(farewell);
        caller.end();
    }

    /** Another member in the same place, through a new connection. */
    void hangUp() {
        caller.hangUp("a new beginning");
    }

    @Override
    public void onReady() {
        fetch();
    }

    @Override
    public void onLost(String why) {
        if (fetching) {
            group.deliveries().answerLost();
        }
        fetching = false;
        forgetSession();
    }

    /** What it has in its hands is somebody else's again. */
    private void forgetSession() {
        given.forEach(Deliveries.Hold::lose);
        given.clear();
        hands.clear();
        session.clear();
        sessionEpoch = 0;
    }

    private void later(long ms, Runnable what) {
        world.timeline().afterMs(ms, () -> {
            if (!dead && caller.isConnected() && caller.waiting() == 0) {
                what.run();
            }
        });
    }

    private void fetch() {
        if (dead) {
            return;
        }
        var told = membership.told();
        if (told.isEmpty()) {
            later(100, this::fetch);
            return;
        }
        var words = sessionEpoch > 0 && dice.onceIn(2) ? words(false) : List.<Word>of();
        var request = request(told, words);
        long askedNs = world.timeline().nowNs();
        begin(words);
        fetching = true;
        caller.ask(ApiKey.SHARE_FETCH, VERSION, request, message -> {
            fetching = false;
            take((ShareFetchResponse) message, askedNs, words);
        });
    }

    private ShareFetchRequest request(TreeSet<TopicPartition> told, List<Word> words) {
        var parts = new TreeMap<TopicPartition, List<ShareFetchRequest.AcknowledgementBatch>>();
        told.stream().filter(partition -> !session.contains(partition)).forEach(partition -> parts.put(partition, new ArrayList<>()));
        for (var word : words) {
            long offset = word.hold.offset();
            parts.computeIfAbsent(word.hold.partition(), _ -> new ArrayList<>())
                    .add(new ShareFetchRequest.AcknowledgementBatch(offset, offset, List.of(word.type)));
        }
        var forgotten = session.stream().filter(partition -> !told.contains(partition) && !parts.containsKey(partition)).toList();
        session.addAll(parts.keySet());
        forgotten.forEach(session::remove);
        var wanted = new ArrayList<FetchPartition>();
        parts.forEach((partition, batches) -> wanted.add(new FetchPartition(partition.partition(), 0, batches)));
        var topics = wanted.isEmpty() ? List.<FetchTopic>of() : List.of(new FetchTopic(group.topicId(), wanted));
        return ShareFetchRequest.builder().groupId(Couriers.GROUP).memberId(memberId).shareSessionEpoch(sessionEpoch)
                .maxWaitMs((int) dice.between(1, 400)).minBytes(1).maxBytes((int) dice.between(200, 8_000))
                .maxRecords((int) dice.between(1, 12)).batchSize((int) dice.between(1, 12)).topics(topics)
                .forgottenTopicsData(forgotten.isEmpty() ? List.of() : List.of(new ForgottenTopic(
                        group.topicId(), forgotten.stream().map(TopicPartition::partition).toList())))
                .build();
    }

    private void take(ShareFetchResponse answer, long askedNs, List<Word> words) {
        if (answer.errorCode() != ErrorCode.NONE.code()) {
            onSessionError(answer.errorCode());
            return;
        }
        sessionEpoch++;
        var told = new TreeMap<TopicPartition, Short>();
        for (var topic : answer.responses()) {
            for (var part : topic.partitions()) {
                var partition = partition(topic.topicId(), part.partitionIndex());
                told.put(partition, part.acknowledgeErrorCode());
                if (part.errorCode() == ErrorCode.NONE.code()) {
                    take(partition, part, answer.acquisitionLockTimeoutMs(), askedNs);
                }
            }
        }
        hear(words, told);
        later(dice.onceIn(12) ? dice.between(300, 1_500) : dice.between(0, 80), this::speak);
    }

    private TopicPartition partition(Uuid topic, int index) {
        unless(topic.equals(group.topicId()), name + " was given records of topic " + topic);
        return new TopicPartition(Couriers.TOPIC, index);
    }

    private void onSessionError(short code) {
        world.timeline().tell(name + "'s session ends with " + code);
        forgetSession();
        later(dice.between(20, 200), this::fetch);
    }

    private void take(TopicPartition partition, ShareFetchResponse.PartitionData part, long lockMs, long askedNs) {
        var texts = part.records() instanceof Records.InMemory(ByteBuffer bytes) ? texts(bytes) : Map.<Long, String>of();
        for (var run : part.acquiredRecords()) {
            for (long offset = run.firstOffset(); offset <= run.lastOffset(); offset++) {
                unless(texts.containsKey(offset), name + " was given " + partition + "@" + offset + " without the record");
                group.promises().read(partition, offset, texts.get(offset));
                hands.add(group.deliveries().handedOut(
                        partition, offset, run.deliveryCount(), name, askedNs, world.timeline().nowNs(), lockMs));
                given.add(hands.getLast());
            }
        }
    }

    private Map<Long, String> texts(ByteBuffer bytes) {
        var texts = new TreeMap<Long, String>();
        int at = bytes.position();
        while (bytes.limit() - at >= BatchHeader.SIZE && BatchHeader.sizeInBytes(bytes, at) <= bytes.limit() - at) {
            for (var record : records.read(bytes, at)) {
                texts.put(record.offset(), StandardCharsets.UTF_8.decode(record.value()).toString());
            }
            at += BatchHeader.sizeInBytes(bytes, at);
        }
        return texts;
    }

    /** A word about some of what it has, one at most about each. */
    private List<Word> words(boolean renewing) {
        var words = new ArrayList<Word>();
        for (var hold : List.copyOf(hands)) {
            int lot = world.isCalm() ? 0 : dice.nextInt(20);
            if (renewing) {
                if (lot % 2 == 0) {
                    words.add(new Word(hold, RENEW));
                }
            } else if (lot < 17) {
                words.add(new Word(hold, lot < 12 ? ACCEPT : lot < 15 ? RELEASE : REJECT));
                hands.remove(hold);
            } else if (lot < 19) {
                hands.remove(hold); // and never a word about it
            }
        }
        words.sort(java.util.Comparator.comparing((Word word) -> word.hold.partition()).thenComparingLong(word -> word.hold.offset()));
        return words;
    }

    private void begin(List<Word> words) {
        for (var word : words) {
            switch (word.type) {
                case RENEW -> { }
                case RELEASE -> word.hold.end();
                default -> group.deliveries().finishing(word.hold);
            }
        }
    }

    /** What was said of a partition's records counts altogether, or not at all; it counts while all of the locks last. */
    private void hear(List<Word> words, Map<TopicPartition, Short> told) {
        long nowNs = world.timeline().nowNs();
        for (var word : words) {
            short code = told.getOrDefault(word.hold.partition(), ErrorCode.UNKNOWN_SERVER_ERROR.code());
            if (code == ErrorCode.INVALID_RECORD_STATE.code()) {
                unless(words.stream().anyMatch(one -> one.hold.partition().equals(word.hold.partition()) && !one.hold.isLocked(nowNs)),
                        name + "'s word about " + word.hold.partition() + " is refused, although it has all of that");
                if (word.type == ACCEPT || word.type == REJECT) {
                    group.deliveries().refused(word.hold);
                }
            } else if (code == ErrorCode.NONE.code() && word.type == RELEASE) {
                group.deliveries().gaveBack(word.hold, nowNs);
            } else if (code == ErrorCode.NONE.code() && word.type != RENEW) {
                group.deliveries().finished(word.hold, nowNs);
            }
        }
    }

    private void speak() {
        boolean renewing = !world.isCalm() && dice.onceIn(6);
        var words = hands.isEmpty() || dice.onceIn(3) ? List.<Word>of() : words(renewing);
        if (words.isEmpty()) {
            fetch();
            return;
        }
        var parts = new TreeMap<TopicPartition, List<ShareAcknowledgeRequest.AcknowledgementBatch>>();
        for (var word : words) {
            parts.computeIfAbsent(word.hold.partition(), _ -> new ArrayList<>()).add(new ShareAcknowledgeRequest.AcknowledgementBatch(
                    word.hold.offset(), word.hold.offset(), List.of(word.type)));
        }
        var said = new ArrayList<AcknowledgePartition>();
        parts.forEach((partition, batches) -> said.add(new AcknowledgePartition(partition.partition(), batches)));
        var request = new ShareAcknowledgeRequest(Couriers.GROUP, memberId, sessionEpoch, renewing,
                List.of(new AcknowledgeTopic(group.topicId(), said)));
        begin(words);
        long askedNs = world.timeline().nowNs();
        caller.ask(ApiKey.SHARE_ACKNOWLEDGE, VERSION, request, message -> onTold((ShareAcknowledgeResponse) message, words, askedNs));
    }

    private void onTold(ShareAcknowledgeResponse answer, List<Word> words, long askedNs) {
        if (answer.errorCode() != ErrorCode.NONE.code()) {
            onSessionError(answer.errorCode());
            return;
        }
        sessionEpoch++;
        var told = new TreeMap<TopicPartition, Short>();
        for (var topic : answer.responses()) {
            topic.partitions().forEach(part -> told.put(partition(topic.topicId(), part.partitionIndex()), part.errorCode()));
        }
        hear(words, told);
        for (var word : words) {
            if (word.type == RENEW && told.get(word.hold.partition()) == ErrorCode.NONE.code()) {
                group.deliveries().renewed(word.hold, askedNs, answer.acquisitionLockTimeoutMs());
            }
        }
        later(dice.between(0, 40), this::fetch);
    }

    @Override
    public String toString() {
        return name + " (session " + sessionEpoch + " of " + session + ", " + hands.size() + " in its hands, " + membership + ")";
    }
}
