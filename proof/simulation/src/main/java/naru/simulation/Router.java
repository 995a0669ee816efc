package naru.simulation;

import static naru.simulation.Conviction.unless;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import naru.base.TopicPartition;
import naru.base.Uuid;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.message.ApiKey;
import naru.protocol.message.FetchRequest;
import naru.protocol.message.FetchResponse;
import naru.protocol.message.FindCoordinatorRequest;
import naru.protocol.message.FindCoordinatorResponse;
import naru.protocol.message.MetadataRequest;
import naru.protocol.message.MetadataResponse;

/**
 * A client's way through a cluster: it knows who leads what, who coordinates what, asks them, and asks anew when they
 * say that it is somebody else. Whoever uses it sees one broker, as through a {@link Caller}.
 *
 * <p>When a broker is lost that something was asked of, everything that was asked counts as lost.
 */
final class Router {

    /** After trouble: how long elections, loading and the clients' own waits may take, in ms. */
    private static final long CALM_PATIENCE_MS = 15_000;
    private static final long SMALL_PATIENCE_MS = 1_500;

    private record Address(String host, int port) {}

    private final String name;
    private final ClusterWorld world;
    private final Caller.User user;
    private final SimulatedRandomness dice;
    private final Map<Integer, Line> lines = new TreeMap<>();
    private final Map<Integer, Address> addresses = new TreeMap<>();
    private final Map<TopicPartition, Integer> leaders = new TreeMap<>();
    /** The newest leader epochs that it was told of; as Kafka's clients do, it does not listen to who knows only older ones. */
    private final Map<TopicPartition, Integer> epochs = new TreeMap<>();
    private final Map<String, Uuid> topicIds = new TreeMap<>();
    private final Set<String> more = new TreeSet<>();
    private final Map<String, Integer> coordinators = new TreeMap<>();
    private final List<Runnable> afterRefresh = new ArrayList<>();
    private boolean strays;
    private boolean ready;
    private boolean ended;
    private boolean refreshing;
    private int life;
    private int waiting;

    Router(String name, ClusterWorld world, Caller.User user) {
        this.name = name;
        this.world = world;
        this.user = user;
        this.dice = world.dice().fork(name + "'s way");
        world.nodes().forEach(id -> addresses.put(id, new Address(Machine.host(id), Machine.CLIENT_PORT)));
    }

    boolean isReady() {
        return ready;
    }

    /** This client uses a topic that is not everybody's, and is not created by being asked for. */
    void alsoUse(String topic) {
        more.add(topic);
    }

    /** From now on, what this client asks may arrive after it has given up on it. */
    void letStray() {
        strays = true;
    }

    /** -1 before anybody has told. */
    int leaderEpoch(TopicPartition partition) {
        return epochs.getOrDefault(partition, -1);
    }

    /** Null before anybody has told. */
    Uuid topicId(String topic) {
        return topicIds.get(topic);
    }

    int waiting() {
        return waiting;
    }

    void connect() {
        refreshThen(() -> {
            if (leaders.keySet().stream().map(TopicPartition::topic).distinct().count() < world.topics().size()) {
                connect();
            } else {
                ready = true;
                user.onReady();
            }
        });
    }

    void end() {
        ended = true;
        lost("its end");
    }

    /** Forgets everything that was asked, and begins anew. */
    void lost(String why) {
        life++;
        ready = false;
        waiting = 0;
        refreshing = false;
        afterRefresh.clear();
        lines.values().forEach(Line::close);
        lines.clear();
        world.timeline().tell(name + " lost its connection: " + why);
        user.onLost(why);
        later(dice.between(20, 500), () -> {
            if (!ended) {
                connect();
            }
        });
    }

    /** In this life only. */
    private void later(long ms, Runnable what) {
        int mine = life;
        world.timeline().afterMs(ms, () -> {
            if (life == mine) {
                what.run();
            }
        });
    }

    /** Asks whomever it concerns; {@code answer} is null for a request that gets none. */
    void ask(ApiKey api, int version, Message request, Consumer<Message> answer) {
        if (answer == null) {
            dispatch(api, version, request, null);
            return;
        }
        waiting++;
        var answered = new boolean[1];
        boolean settled = world.isSettled();
        long patienceMs = world.isCalm() ? CALM_PATIENCE_MS : dice.between(2_000, Caller.PATIENCE_MS);
        later(patienceMs, () -> {
            if (!answered[0]) {
                unless(!settled, name + "'s " + api + " has no answer after " + patienceMs + " ms without trouble");
                lost(api + " without an answer for " + patienceMs + " ms");
            }
        });
        dispatch(api, version, request, message -> {
            answered[0] = true;
            waiting--;
            answer.accept(message);
        });
    }

    private void dispatch(ApiKey api, int version, Message request, Consumer<Message> answer) {
        if (request instanceof FetchRequest fetch) {
            new SplitFetch(version, fetch, answer).send();
            return;
        }
        switch (Route.of(request)) {
            case Route.Anybody _ -> askOf(anybody(), api, version, request, message -> {
                if (message instanceof FindCoordinatorResponse found) {
                    learn((FindCoordinatorRequest) request, found);
                }
                answer.accept(message);
            });
            case Route.Leader(var partition) -> {
                Integer leader = leaders.get(partition);
                if (leader == null) {
                    refreshThen(() -> dispatch(api, version, request, answer));
                } else {
                    askOf(leader, api, version, request, answer == null ? null : message -> {
                        if (Route.isWrong(Route.error(message))) {
                            leaders.remove(partition);
                        }
                        answer.accept(message);
                    });
                }
            }
            case Route.Coordinator where -> {
                Integer coordinator = coordinators.get(where.type() + where.key());
                if (coordinator == null) {
                    find(where, () -> dispatch(api, version, request, answer));
                } else {
                    askOf(coordinator, api, version, request, message -> {
                        if (Route.isWrong(Route.error(message))) {
                            coordinators.remove(where.type() + where.key());
                        }
                        answer.accept(message);
                    });
                }
            }
        }
    }

    private int anybody() {
        var all = List.copyOf(addresses.keySet());
        return all.get(dice.nextInt(all.size()));
    }

    /** A broker that is lost takes with it all that was asked. */
    private void askOf(int node, ApiKey api, int version, Message request, Consumer<Message> answer) {
        lines.computeIfAbsent(node, id -> open(id, why -> lost("node " + id + ": " + why)))
                .ask(api, version, request, answer, 2 * CALM_PATIENCE_MS);
    }

    private Line open(int node, Consumer<String> whenLost) {
        var line = new Line(name, world, why -> {
            lines.remove(node);
            whenLost.accept(why);
        }).straying(strays);
        var address = addresses.get(node);
        world.switchboard().connect(Switchboard.CLIENTS, address.host(), address.port(), line, world.weather());
        return line;
    }

    /** Asks on a line of its own, so that a broker that does not answer costs nothing else. */
    private void askAside(ApiKey api, int version, Message request, Consumer<Message> answer, Runnable whenLost) {
        int mine = life;
        int node = anybody();
        var line = new Line[1];
        line[0] = new Line(name, world, _ -> {
            if (life == mine) {
                whenLost.run();
            }
        });
        var address = addresses.get(node);
        world.switchboard().connect(Switchboard.CLIENTS, address.host(), address.port(), line[0], world.weather());
        line[0].ask(api, version, request, message -> {
            line[0].close();
            if (life == mine) {
                answer.accept(message);
            }
        }, SMALL_PATIENCE_MS);
    }

    private void find(Route.Coordinator where, Runnable then) {
        var request = FindCoordinatorRequest.builder().key(where.key()).keyType(where.type()).build();
        Runnable again = () -> later(dice.between(20, 150), () -> find(where, then));
        askAside(ApiKey.FIND_COORDINATOR, 2, request, message -> {
            learn(request, (FindCoordinatorResponse) message);
            if (coordinators.containsKey(where.type() + where.key())) {
                then.run();
            } else {
                again.run();
            }
        }, again);
    }

    private void learn(FindCoordinatorRequest asked, FindCoordinatorResponse found) {
        if (found.errorCode() == ErrorCode.NONE.code()) {
            coordinators.put(asked.keyType() + asked.key(), found.nodeId());
            addresses.put(found.nodeId(), new Address(found.host(), found.port()));
        }
    }

    private void refreshThen(Runnable then) {
        afterRefresh.add(then);
        if (!refreshing) {
            refreshing = true;
            later(dice.between(5, 100), this::refresh);
        }
    }

    private void refresh() {
        var topics = Stream.concat(world.topics().stream(), more.stream())
                .map(topic -> MetadataRequest.MetadataRequestTopic.builder().name(topic).build()).toList();
        var request = MetadataRequest.builder().topics(topics).allowAutoTopicCreation(more.isEmpty()).build();
        askAside(ApiKey.METADATA, 12, request, message -> {
            take((MetadataResponse) message);
            refreshing = false;
            var next = List.copyOf(afterRefresh);
            afterRefresh.clear();
            next.forEach(Runnable::run);
        }, () -> later(dice.between(5, 100), this::refresh));
    }

    private void take(MetadataResponse answer) {
        for (var broker : answer.brokers()) {
            addresses.put(broker.nodeId(), new Address(broker.host(), broker.port()));
        }
        for (var topic : answer.topics()) {
            if (!topic.topicId().equals(topicIds.put(topic.name(), topic.topicId()))) {
                epochs.keySet().removeIf(partition -> partition.topic().equals(topic.name()));
                leaders.keySet().removeIf(partition -> partition.topic().equals(topic.name()));
            }
            for (var partition : topic.partitions()) {
                var name = new TopicPartition(topic.name(), partition.partitionIndex());
                if (partition.leaderEpoch() < leaderEpoch(name)) {
                    continue;
                }
                epochs.put(name, partition.leaderEpoch());
                if (topic.errorCode() == ErrorCode.NONE.code() && partition.errorCode() == ErrorCode.NONE.code()
                        && partition.leaderId() >= 0) {
                    leaders.put(name, partition.leaderId());
                } else {
                    leaders.remove(name);
                }
            }
        }
    }

    /** One fetch of many partitions, asked of each of their leaders; the answer is put together again. */
    private final class SplitFetch {
        private final int version;
        private final FetchRequest request;
        private final Consumer<Message> answer;
        private final List<FetchResponse.FetchableTopicResponse> parts = new ArrayList<>();
        private int missing;

        private SplitFetch(int version, FetchRequest request, Consumer<Message> answer) {
            this.version = version;
            this.request = request;
            this.answer = answer;
        }

        private void send() {
            var byLeader = new TreeMap<Integer, List<FetchRequest.FetchTopic>>();
            boolean orphans = false;
            for (var topic : request.topics()) {
                var mine = new TreeMap<Integer, List<FetchRequest.FetchPartition>>();
                for (var partition : topic.partitions()) {
                    Integer leader = leaders.get(new TopicPartition(topic.topic(), partition.partition()));
                    if (leader == null) {
                        orphans = true;
                    } else {
                        mine.computeIfAbsent(leader, _ -> new ArrayList<>()).add(partition);
                    }
                }
                mine.forEach((leader, partitions) -> byLeader.computeIfAbsent(leader, _ -> new ArrayList<>())
                        .add(topic.toBuilder().partitions(partitions).build()));
            }
            if (byLeader.isEmpty()) {
                refreshThen(this::send);
                return;
            }
            if (orphans) {
                refreshThen(() -> {});
            }
            missing = byLeader.size();
            byLeader.forEach((leader, topics) ->
                    askOf(leader, ApiKey.FETCH, version, request.toBuilder().topics(topics).build(), this::take));
        }

        /** Newer answers name a topic by its id. */
        private String nameOf(FetchResponse.FetchableTopicResponse topic) {
            return topic.topic().isEmpty() ? request.topics().getFirst().topic() : topic.topic();
        }

        private void take(Message message) {
            var part = (FetchResponse) message;
            for (var topic : part.responses()) {
                for (var partition : topic.partitions()) {
                    if (Route.isWrong(partition.errorCode())) {
                        leaders.remove(new TopicPartition(nameOf(topic), partition.partitionIndex()));
                    }
                }
            }
            parts.addAll(part.responses());
            if (--missing == 0) {
                answer.accept(part.toBuilder().responses(parts).build());
            }
        }
    }
}
