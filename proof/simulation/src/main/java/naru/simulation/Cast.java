package naru.simulation;

import java.util.List;
import java.util.Locale;

/** Who plays in a story of the whole product. */
enum Cast {
    /** Producers, consumers, groups and payments, and by the dice one of the other workloads. Trouble of all kinds comes now and then. */
    EVERYBODY(50, 2_000, 1_500),
    /** Nothing but transactions, and somebody is killed every few moments: the broker, its machine or a client. */
    PAYMENTS(5, 200, 100),
    /** Topics that compact, and topics that forget. */
    ACCOUNTS(20, 500, 200),
    /** A group of the consumer protocol. */
    SUBSCRIBERS(20, 600, 300),
    /** A share group. */
    COURIERS(20, 600, 300);

    private final int troubleMsMin;
    private final int troubleMsMax;
    private final int downMsMax;

    Cast(int troubleMsMin, int troubleMsMax, int downMsMax) {
        this.troubleMsMin = troubleMsMin;
        this.troubleMsMax = troubleMsMax;
        this.downMsMax = downMsMax;
    }

    static Cast of(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    long msToTrouble(SimulatedRandomness dice) {
        return dice.between(troubleMsMin, troubleMsMax);
    }

    /** How long a broker that crashed stays down. */
    long msDown(SimulatedRandomness dice) {
        return dice.between(10, downMsMax);
    }

    List<Workload> workloads(World world, int partitions) {
        return switch (this) {
            case PAYMENTS -> List.of(new Payments(world, partitions));
            case ACCOUNTS -> List.of(new Accounts(world, partitions), new Notices(world));
            case SUBSCRIBERS -> List.of(new Subscribers(world));
            case COURIERS -> List.of(new Couriers(world));
            case EVERYBODY -> switch (world.dice().fork("cast").nextInt(5)) {
                case 0 -> List.of(new Payments(world, partitions), new Accounts(world, partitions));
                case 1 -> List.of(new Payments(world, partitions), new Notices(world));
                case 2 -> List.of(new Payments(world, partitions), new Subscribers(world));
                case 3 -> List.of(new Payments(world, partitions), new Couriers(world));
                default -> List.of(new Payments(world, partitions));
            };
        };
    }
}
