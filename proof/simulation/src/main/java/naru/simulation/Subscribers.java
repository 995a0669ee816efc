package naru.simulation;

import static naru.simulation.Conviction.unless;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import naru.base.TopicPartition;
import naru.base.Uuid;
import naru.protocol.ErrorCode;
import naru.protocol.message.ApiKey;
import naru.protocol.message.MetadataRequest;
import naru.protocol.message.MetadataResponse;

/** A group of the consumer protocol whose members come, change their minds, leave, fall silent, die and come back. */
final class Subscribers implements Workload {

    static final String GROUP = "subscribers";
    static final List<String> TOPICS = List.of("matters", "subjects");
    static final String EXPRESSION = "(matter|subject)s";
    /** Session and rebalance timeout: what the broker is told, and how long it waits. */
    static final long PATIENCE_MS = 3_000;
    private static final int PARTITIONS = 4;
    private static final int MEMBERS_MAX = 6;
    private static final int METADATA_VERSION = 12;

    private final World world;
    private final SimulatedRandomness dice;
    private final Tenancies tenancies = new Tenancies(PATIENCE_MS);
    private final Errands founder;
    private final List<Subscriber> members = new ArrayList<>();
    private final Map<String, Uuid> ids = new TreeMap<>();
    private final Map<Uuid, String> names = new TreeMap<>();
    private boolean stopped;
    private int born;
    private int kills;

    Subscribers(World world) {
        this.world = world;
        this.dice = world.dice().fork(GROUP);
        this.founder = new Errands("founder of subjects", world);
    }

    Tenancies tenancies() {
        return tenancies;
    }

    Uuid topicId(String name) {
        return ids.get(name);
    }

    String topicName(Uuid id) {
        unless(names.containsKey(id), "a member is given partitions of topic " + id + ", which nobody created");
        return names.get(id);
    }

    TopicPartition anyPartition(SimulatedRandomness dice) {
        return new TopicPartition(TOPICS.get(dice.nextInt(TOPICS.size())), dice.nextInt(PARTITIONS));
    }

    @Override
    public void start() {
        founder.start();
        create(0);
    }

    private void create(int topic) {
        if (topic < TOPICS.size()) {
            new NewTopic(TOPICS.get(topic), PARTITIONS, Map.of()).create(founder, () -> create(topic + 1));
        } else {
            learnIds();
        }
    }

    private void learnIds() {
        var wanted = TOPICS.stream().map(topic -> MetadataRequest.MetadataRequestTopic.builder().name(topic).build()).toList();
        var request = MetadataRequest.builder().topics(wanted).build();
        founder.ask(ApiKey.METADATA, METADATA_VERSION, () -> request, message -> {
            for (var topic : ((MetadataResponse) message).topics()) {
                if (topic.errorCode() == ErrorCode.NONE.code()) {
                    ids.put(topic.name(), topic.topicId());
                    names.put(topic.topicId(), topic.name());
                }
            }
            if (ids.size() < TOPICS.size()) {
                founder.again();
                return;
            }
            for (int i = 0; i < 3; i++) {
                join(dice.onceIn(3) ? "instance" + i : null);
            }
        });
    }

    private void join(String instanceId) {
        var member = new Subscriber("subscriber" + born++, world, this, instanceId);
        members.add(member);
        member.start();
    }

    /** Somebody comes, leaves, dies, or comes back. */
    @Override
    public void trouble() {
        if (ids.size() < TOPICS.size() || stopped) {
            return;
        }
        members.removeIf(Subscriber::isGone);
        var member = members.isEmpty() ? null : members.get(dice.nextInt(members.size()));
        int lot = dice.nextInt(4);
        if (member == null || lot == 0 && members.size() < MEMBERS_MAX) {
            join(dice.onceIn(3) ? "instance" + born : null);
        } else if (lot == 1) {
            kills++;
            member.kill();
            // The same machine again, or another in its place.
            join(member.instanceId());
        } else if (lot == 2) {
            member.leave();
            join(member.instanceId());
        } else if (members.size() > 1) {
            member.leave();
        }
    }

    @Override
    public void stop() {
        stopped = true;
        members.removeIf(Subscriber::isGone);
        if (members.isEmpty() && ids.size() == TOPICS.size()) {
            join(null);
        }
    }

    /** Everybody has what it should have, in one epoch, and nothing that somebody wants is left over. */
    @Override
    public boolean isQuiet() {
        var alive = members.stream().filter(member -> !member.isGone()).toList();
        if (alive.isEmpty() || !alive.stream().allMatch(Subscriber::isSettled)) {
            return false;
        }
        long used = alive.stream().mapToLong(member -> member.used().size()).sum();
        long wanted = TOPICS.stream().filter(topic -> alive.stream().anyMatch(member -> member.wants(topic))).count() * PARTITIONS;
        return used == wanted && alive.stream().map(Subscriber::epoch).distinct().count() == 1;
    }

    @Override
    public void tellUnquiet() {
        members.forEach(member -> world.timeline().tell(member + ": " + member.standing()));
    }

    @Override
    public void judge() {
        members.forEach(Subscriber::kill);
    }

    @Override
    public int kills() {
        return kills;
    }

    /** The last epoch of the group that a member was told. */
    int epoch() {
        return members.stream().mapToInt(Subscriber::epoch).max().orElse(0);
    }

    @Override
    public String tally() {
        return born + " subscribers in " + epoch() + " epochs";
    }
}
