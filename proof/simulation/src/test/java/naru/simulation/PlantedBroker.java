package naru.simulation;

import java.util.List;
import java.util.Map;

/** The product with a bug in it, as {@link RealBroker} starts it: for exams in which the bug is one that no port shows. */
final class PlantedBroker {

    /** What the world and the broker say to each other with. */
    private static final List<String> SHARED = List.of("naru.base.", "naru.protocol.", BrokerUnderTest.class.getName());

    private PlantedBroker() {}

    static BrokerUnderTest with(List<Sabotage> bug, Map<String, String> settings) {
        try {
            var constructor = new SabotagedClasses(SHARED, bug)
                    .load(RealBroker.class.getName()).getDeclaredConstructor(Map.class);
            constructor.setAccessible(true);
            return (BrokerUnderTest) constructor.newInstance(settings);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
