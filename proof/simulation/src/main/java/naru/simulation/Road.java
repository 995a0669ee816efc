package naru.simulation;

/** What lies between two machines, in one direction. */
interface Road {

    /** Nothing is ever lost or held up. */
    Road OPEN = Runnable::run;

    /** Something arrives: now, or once the road is whole again, in the order of arriving. */
    void pass(Runnable arrival);

    /** How much later than it should something arrives, in nanoseconds, because a segment was lost and sent again. */
    default long stallNs() {
        return 0;
    }
}
