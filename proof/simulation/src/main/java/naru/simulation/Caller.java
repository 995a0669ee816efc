package naru.simulation;

import static naru.simulation.Conviction.unless;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import naru.protocol.Message;
import naru.protocol.Reader;
import naru.protocol.Writer;
import naru.protocol.message.ApiKey;
import naru.protocol.message.MetadataRequest;
import naru.protocol.message.MetadataResponse;
import naru.protocol.message.RequestHeader;
import naru.protocol.message.ResponseHeader;

/**
 * A client's connection that speaks Kafka's protocol: it numbers requests, insists on answers in their order, gives up
 * on a silent broker and connects again.
 */
final class Caller implements ClientSide {

    static final long PATIENCE_MS = 10_000;

    /** Who uses the connection. */
    interface User {
        void onReady();

        /** What was asked and not answered may or may not have happened. */
        void onLost(String why);
    }

    private record Asked(int number, ApiKey api, int version, Consumer<Message> answer) {}

    private final String name;
    private final World world;
    private final User user;
    private final Router router;
    private final Deque<Asked> asked = new ArrayDeque<>();
    private SimulatedLink link;
    /** A connection made in bad weather stays slow to its end. */
    private boolean calmLink;
    private boolean ready;
    private boolean ended;
    private int connection;
    private int number;

    Caller(String name, World world, User user) {
        this.name = name;
        this.world = world;
        this.user = user;
        this.router = world.router(name, user);
    }

    void connect() {
        if (router != null) {
            router.connect();
            return;
        }
        int attempt = ++connection;
        calmLink = world.isCalm();
        world.network().connect(new Ear(attempt), world.weather());
        world.timeline().afterMs(PATIENCE_MS, () -> {
            if (attempt == connection && link == null) {
                lost(attempt, "no connection");
            }
        });
    }

    /** Ears of one attempt: a connection given up on may still talk, and is not listened to. */
    private final class Ear implements ClientSide {
        private final int attempt;

        private Ear(int attempt) {
            this.attempt = attempt;
        }

        @Override
        public void onConnected(SimulatedLink opened) {
            if (attempt != connection) {
                opened.hangUp();
                return;
            }
            Caller.this.onConnected(opened);
        }

        @Override
        public void onAnswer(ByteBuffer answer) {
            if (attempt == connection) {
                Caller.this.onAnswer(answer);
            }
        }

        @Override
        public void onClosed(String why) {
            lost(attempt, why);
        }
    }

    @Override
    public void onConnected(SimulatedLink opened) {
        link = opened;
        askForTopics();
    }

    /** As every client does first. The topics come to be by being asked for. */
    private void askForTopics() {
        int attempt = connection;
        var topics = world.topics().stream()
                .map(topic -> MetadataRequest.MetadataRequestTopic.builder().name(topic).build())
                .toList();
        ask(ApiKey.METADATA, 8, MetadataRequest.builder().topics(topics).allowAutoTopicCreation(true).build(), answer -> {
            boolean all = ((MetadataResponse) answer).topics().stream().allMatch(topic -> topic.errorCode() == 0);
            if (all) {
                ready = true;
                user.onReady();
            } else {
                world.timeline().afterMs(200, () -> {
                    if (attempt == connection) {
                        askForTopics();
                    }
                });
            }
        });
    }

    /** Gives up on this connection and makes another; what was sent still arrives. */
    void hangUp(String why) {
        if (router != null) {
            router.lost(why);
            return;
        }
        lost(connection, why);
    }

    /** Hangs up for ever. */
    void end() {
        if (router != null) {
            router.end();
            return;
        }
        ended = true;
        lost(connection, "its end");
    }

    /** Who finds the way among many brokers; null where there is only one. */
    Router router() {
        return router;
    }

    boolean isConnected() {
        return router != null ? router.isReady() : link != null && ready;
    }

    int waiting() {
        return router != null ? router.waiting() : asked.size();
    }

    /** Asks and passes the answer on; {@code answer} is null for a request that gets none. */
    void ask(ApiKey api, int version, Message request, Consumer<Message> answer) {
        if (router != null) {
            router.ask(api, version, request, answer);
            return;
        }
        var out = new Writer(512);
        int mine = number++;
        new RequestHeader(api.id(), (short) version, mine, name).write(out, api.requestHeaderVersion(version));
        request.write(out, version);
        if (answer != null) {
            asked.addLast(new Asked(mine, api, version, answer));
            int attempt = connection;
            boolean calm = world.isCalm() && calmLink;
            world.timeline().afterMs(PATIENCE_MS, () -> {
                if (attempt == connection && asked.stream().anyMatch(one -> one.number() == mine)) {
                    unless(!calm, name + "'s " + api + " has no answer after " + PATIENCE_MS + " ms without trouble");
                    lost(attempt, api + " without an answer for " + PATIENCE_MS + " ms");
                }
            });
        }
        link.request(out.toBytes());
    }

    @Override
    public void onAnswer(ByteBuffer answer) {
        var in = new Reader(answer);
        unless(!asked.isEmpty(), name + " got an answer to nothing");
        var first = asked.removeFirst();
        int correlation = ResponseHeader.read(in, first.api().responseHeaderVersion(first.version())).correlationId();
        unless(correlation == first.number(), name + " got answer " + correlation + " before " + first.number());
        first.answer().accept(first.api().readResponse(in, first.version()));
    }

    @Override
    public void onClosed(String why) {
        lost(connection, why);
    }

    private void lost(int attempt, String why) {
        if (attempt != connection) {
            return;
        }
        connection++;
        ready = false;
        asked.clear();
        if (link != null) {
            link.hangUp();
            link = null;
        }
        world.timeline().tell(name + " lost its connection: " + why);
        user.onLost(why);
        int planned = connection;
        world.timeline().afterMs(world.dice().between(20, 500), () -> {
            if (planned == connection && !ended) {
                connect();
            }
        });
    }
}
