package naru.broker;

import java.util.ArrayList;
import java.util.List;
import naru.base.Uuid;
import naru.configuration.ConfigKey;
import naru.metadata.ConfigView;
import naru.metadata.Features;

/** Which of this broker's log folders its operator has closed to new replicas (KIP-1066): {@code cordoned.log.dirs}. */
final class Cordons {

    private static final String KEY = "cordoned.log.dirs";
    private static final String EVERY = "*";

    /** 4.3-IV0: before, the records of brokers have no place for it. */
    private static final short METADATA_MIN = 30;

    private Cordons() {}

    static boolean has(ConfigView configuration, String folder) {
        var named = ConfigKey.split(configuration.ofBroker(KEY));
        return named.contains(EVERY) || named.contains(folder);
    }

    /** What the controller is to be told of it; null for nothing, which is what it holds of a broker until it is told otherwise. */
    static List<Uuid> told(LaneBroker lane) {
        var broker = lane.broker();
        if (lane.cluster().features().getOrDefault(Features.METADATA, (short) 0) < METADATA_MIN) {
            return null;
        }
        var configuration = lane.configuration();
        var states = broker.folderStates();
        var found = new ArrayList<Uuid>();
        for (int i = 0; i < states.folders().size(); i++) {
            if (has(configuration, states.folders().get(i).path())) {
                found.add(states.ids().get(i));
            }
        }
        var self = lane.cluster().brokers().get(broker.nodeId());
        boolean isNews = !found.isEmpty() || self != null && self.cordoned() != null && !self.cordoned().isEmpty();
        return isNews ? found : null;
    }
}
