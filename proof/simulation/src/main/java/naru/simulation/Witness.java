package naru.simulation;

import java.util.List;
import java.util.TreeMap;
import naru.base.TopicPartition;
import naru.protocol.message.ApiKey;
import naru.protocol.message.FetchResponse;

/** Reads partitions from their beginning, committed records only, and tells what it sees. */
final class Witness {

    private final int version;
    private final Errands errands;
    private final CommittedReader reader;

    Witness(String name, World world, List<TopicPartition> partitions) {
        this.version = 4 + world.dice().fork(name).nextInt(9);
        this.errands = new Errands(name, world);
        this.reader = new CommittedReader(name, world);
        var from = new TreeMap<TopicPartition, Long>();
        partitions.forEach(partition -> from.put(partition, 0L));
        reader.assign(from);
    }

    void start() {
        errands.start();
        fetch();
    }

    Errands errands() {
        return errands;
    }

    /** It has read everything, and no open transaction keeps anything from it. */
    boolean isCaughtUp() {
        return reader.isCaughtUp(0);
    }

    private void fetch() {
        errands.ask(ApiKey.FETCH, version, reader.request(version), message -> {
            reader.take((FetchResponse) message);
            errands.later(5, this::fetch);
        });
    }
}
