package naru.broker;

import java.util.Set;

/** Creates topics because somebody asked for them, not because somebody said so. */
interface AutoCreation {

    /** {@code auto.create.topics.enable}. */
    boolean isEnabled();

    /** Calls back on this lane when the topics have leaders here, or could not be created. */
    void create(Set<String> names, Runnable whenDecided);
}
