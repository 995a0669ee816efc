package naru.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import naru.base.TopicPartition;

/**
 * Everybody who uses transactions: payers, transformers that answer the payments, and witnesses. Each transactional id is
 * a place; who is killed or fenced there is followed by another, and sometimes the next comes while the last still lives.
 */
final class Payments implements Workload {

    static final String FROM = "payments";
    static final String TO = "answers";
    private static final int PAYERS = 3;

    /** One who can be killed. */
    private record Living(TransactionalClient client, Payer payer, Transformer transformer) {}

    /** A transactional id and the one who holds it; the others who ever did may live on. */
    private final class Place {
        private final String id;
        private final BiFunction<String, Place, Living> birth;
        private final List<Living> zombies = new ArrayList<>();
        private Living newest;
        private int generation;

        private Place(String id, BiFunction<String, Place, Living> birth) {
            this.id = id;
            this.birth = birth;
        }

        private void next() {
            newest = birth.apply(id + "." + ++generation, this);
            newest.client.start();
            if (stopped && newest.payer != null) {
                newest.payer.stop();
            }
        }

        private void onDeath() {
            zombies.removeIf(living -> living.client.errands().isDead());
            if (newest.client.errands().isDead()) {
                world.timeline().afterMs(dice.between(1, 300), () -> {
                    if (newest.client.errands().isDead()) {
                        next();
                    }
                });
            }
        }
    }

    private final World world;
    private final SimulatedRandomness dice;
    private final List<TopicPartition> payments = new ArrayList<>();
    private final List<TopicPartition> answers = new ArrayList<>();
    private final List<Place> places = new ArrayList<>();
    private Witness auditor;
    private boolean stopped;
    private int kills;
    private boolean offsetsFound;

    Payments(World world, int partitions) {
        this.world = world;
        this.dice = world.dice().fork("payments");
        for (int partition = 0; partition < partitions; partition++) {
            payments.add(new TopicPartition(FROM, partition));
            answers.add(new TopicPartition(TO, partition));
        }
        for (int i = 0; i < PAYERS; i++) {
            boolean generationTwo = dice.onceIn(2) | world.isModern();
            String id = "payer" + i;
            places.add(new Place(id, (name, place) -> {
                var payer = new Payer(name, id, generationTwo, world, payments, place::onDeath);
                return new Living(payer.client(), payer, null);
            }));
        }
        for (int i = 0; i < Math.min(2, partitions); i++) {
            boolean generationTwo = dice.onceIn(2) | world.isModern();
            String id = "transformer" + i;
            var share = share(i);
            places.add(new Place(id, (name, place) -> {
                var transformer = new Transformer(name, id, generationTwo, world, share, answers, place::onDeath);
                return new Living(transformer.client(), null, transformer);
            }));
        }
    }

    private List<TopicPartition> share(int transformer) {
        return payments.stream().filter(partition -> partition.partition() % 2 == transformer).toList();
    }

    private List<TopicPartition> all() {
        var all = new ArrayList<>(payments);
        all.addAll(answers);
        return all;
    }

    @Override
    public void start() {
        places.forEach(Place::next);
        new Witness("witness", world, all()).start();
    }

    /** kill -9 for somebody, or another in his place while he lives on and knows nothing of it. */
    @Override
    public void trouble() {
        var place = places.get(dice.nextInt(places.size()));
        if (dice.onceIn(4)) {
            place.zombies.add(place.newest);
        } else {
            place.newest.client.errands().kill();
            kills++;
        }
        place.next();
    }

    @Override
    public int kills() {
        return kills;
    }

    /** Nobody begins new payments. */
    @Override
    public void stop() {
        stopped = true;
        places.forEach(place -> {
            stop(place.newest);
            place.zombies.forEach(Payments::stop);
        });
    }

    private static void stop(Living living) {
        if (living.payer != null) {
            living.payer.stop();
        }
    }

    /**
     * What was begun has ended, and every payment is answered: whoever answers has seen since then that there is no more. An auditor who
     * comes earlier is at the end of one partition before the last answers are committed there, and never sees them.
     */
    @Override
    public boolean isQuiet() {
        long sinceNs = endedNs();
        return places.stream().allMatch(place -> isQuiet(place.newest, sinceNs)
                && place.zombies.stream().allMatch(zombie -> zombie.client.errands().isDead() || isQuiet(zombie, sinceNs)));
    }

    /** When the last transaction of those who live ended. */
    private long endedNs() {
        return places.stream()
                .flatMap(place -> Stream.concat(Stream.of(place.newest), place.zombies.stream()))
                .mapToLong(living -> living.client.idleSinceNs()).max().orElseThrow();
    }

    /** Who is not, for the story. */
    @Override
    public void tellUnquiet() {
        long sinceNs = endedNs();
        places.forEach(place -> {
            if (!isQuiet(place.newest, sinceNs)) {
                world.timeline().tell(place.newest.client + " is not quiet");
            }
            place.zombies.stream().filter(zombie -> !zombie.client.errands().isDead() && !isQuiet(zombie, sinceNs))
                    .forEach(zombie -> world.timeline().tell(zombie.client + ", long replaced, is not quiet"));
        });
    }

    private static boolean isQuiet(Living living, long sinceNs) {
        return living.client.isIdle() && (living.transformer == null || living.transformer.isCaughtUp(sinceNs));
    }

    /** Reads everything once more, and where the group stands. */
    @Override
    public void audit() {
        auditor = new Witness("auditor of payments", world, all());
        auditor.start();
        var asking = new Errands("auditor of offsets", world);
        asking.start();
        GroupOffsets.find("auditor of offsets", world, asking, Transformer.GROUP, payments, _ -> offsetsFound = true);
    }

    @Override
    public boolean isAudited() {
        return auditor.isCaughtUp() && offsetsFound;
    }

    @Override
    public void judge() {
        world.history().check();
    }

    @Override
    public String tally() {
        return world.history().committed() + " transactions";
    }
}
