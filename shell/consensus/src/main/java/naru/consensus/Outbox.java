package naru.consensus;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import naru.base.Lanes;
import naru.base.PeerVisit;
import naru.client.Reply;
import naru.protocol.Message;
import naru.protocol.message.ApiKey;
import org.apache.kafka.common.message.BeginQuorumEpochResponseData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchSnapshotResponseData;
import org.apache.kafka.common.message.VoteResponseData;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.raft.NetworkChannel;
import org.apache.kafka.raft.RaftRequest;
import org.apache.kafka.raft.RaftResponse;
import org.apache.kafka.raft.RaftUtil;

/**
 * What the engine asks of others. It collects during a poll; then all of it goes to lane 0, sorted by destination,
 * because the engine's own order comes from sets that differ from process to process.
 *
 * <p>The engine does not survive a request that failed. So whatever happens, it hears an answer, if need be one of ours
 * with an error in it.
 */
final class Outbox implements NetworkChannel {

    private record Letter(RaftRequest.Outbound request, long sentMs, CompletableFuture<RaftResponse.Inbound> reply) {}

    private static final Comparator<Letter> BY_DESTINATION = Comparator
            .<Letter>comparingInt(letter -> letter.request().destination().id())
            .thenComparing(letter -> letter.request().destination().host())
            .thenComparingInt(letter -> letter.request().destination().port());

    private final Lanes lanes;
    private final Postman postman;
    private final ListenerName listener;
    private final Doorbell doorbell;
    private final Consumer<Address> onForeign;
    private final Time time;
    private final List<Letter> letters = new ArrayList<>();
    /** The last fetch, while it is not answered; lane 0 hears of answers. */
    private final AtomicReference<Letter> fetch = new AtomicReference<>();
    private int correlationId;

    /** Hears, on lane 0, whether somebody is at home where a node should be. */
    interface Doorbell {
        void onRung(int nodeId, boolean isThere);
    }

    /** @param onForeign hears, on lane 0, of an address where a node of another cluster answers */
    Outbox(Lanes lanes, Postman postman, String listener, Time time, Doorbell doorbell, Consumer<Address> onForeign) {
        this.time = time;
        this.onForeign = onForeign;
        this.lanes = lanes;
        this.postman = postman;
        this.listener = ListenerName.normalised(listener);
        this.doorbell = doorbell;
    }

    @Override
    public int newCorrelationId() {
        return correlationId++;
    }

    @Override
    public CompletionStage<RaftResponse.Inbound> send(RaftRequest.Outbound request) {
        var letter = new Letter(request, time.milliseconds(), new CompletableFuture<>());
        letters.add(letter);
        if (request.data() instanceof FetchRequestData) {
            fetch.set(letter);
        }
        return letter.reply();
    }

    /** When the last fetch was sent, while it is not answered. */
    OptionalLong fetchSentMs() {
        var last = fetch.get();
        return last == null ? OptionalLong.empty() : OptionalLong.of(last.sentMs());
    }

    @Override
    public ListenerName listenerName() {
        return listener;
    }

    void flush() {
        if (letters.isEmpty()) {
            return;
        }
        letters.sort(BY_DESTINATION);
        var all = List.copyOf(letters);
        letters.clear();
        lanes.post(0, () -> all.forEach(this::ask));
    }

    private void ask(Letter letter) {
        var destination = letter.request().destination();
        var data = letter.request().data();
        var api = ApiKey.of(data.apiKey());
        Message ours = MessageBytes.ourRequest(api, data, api.stableMax());
        long thinkingMs = api == ApiKey.FETCH ? Engine.FETCH_WAIT_MS : 0;
        postman.ask(new Address(destination.host(), destination.port()), api, ours, thinkingMs,
                reply -> onReply(letter, api, reply));
    }

    private void onReply(Letter letter, ApiKey api, Reply reply) {
        fetch.compareAndSet(letter, null);
        ApiMessage answer = switch (reply) {
            case Reply.Answered(Message message, int version) -> MessageBytes.kafkasResponse(api, message, version);
            case Reply.Lost _ -> error(api, Errors.BROKER_NOT_AVAILABLE);
            case Reply.Unspoken _ -> error(api, Errors.UNSUPPORTED_VERSION);
        };
        var request = letter.request();
        if (isForeign(answer)) {
            onForeign.accept(new Address(request.destination().host(), request.destination().port()));
        }
        letter.reply().complete(new RaftResponse.Inbound(request.correlationId(), answer, request.destination()));
        switch (reply) {
            case Reply.Lost(PeerVisit.Ending why, boolean _) when why == PeerVisit.Ending.REFUSED ->
                    doorbell.onRung(request.destination().id(), false);
            case Reply.Answered _ -> doorbell.onRung(request.destination().id(), true);
            case Reply.Lost _, Reply.Unspoken _ -> { }
        }
    }

    private static boolean isForeign(ApiMessage answer) {
        short error = switch (answer) {
            case FetchResponseData it -> it.errorCode();
            case FetchSnapshotResponseData it -> it.errorCode();
            case VoteResponseData it -> it.errorCode();
            case BeginQuorumEpochResponseData it -> it.errorCode();
            default -> Errors.NONE.code();
        };
        return error == Errors.INCONSISTENT_CLUSTER_ID.code();
    }

    private static ApiMessage error(ApiKey api, Errors error) {
        return RaftUtil.errorResponse(ApiKeys.forId(api.id()), error);
    }

    @Override
    public void close() {
        letters.clear();
    }
}
