package io.forbear.retry.lab.simulate;

import io.forbear.retry.lab.simulate.Scenario.FleetShape;

/**
 * How much of something a fault asks for, which may depend on the fleet.
 *
 * @param number how much
 * @param of of what
 */
record Amount(double number, Of of) {

    /** Nothing is said. */
    static final Amount NONE = new Amount(0, Of.NOTHING);

    /** The most that a file may ask of the load or the capacity. */
    static final double MOST = 100;

    /** What an amount is a part or multiple of. */
    enum Of {
        /** The number stands for itself. */
        NOTHING,
        /** What the fleet calls in good times. */
        LOAD,
        /** What the service can do when it is well. */
        CAPACITY
    }

    /** Requests in a second. */
    double perSecond(FleetShape fleet) {
        return switch (of) {
            case NOTHING -> number;
            case LOAD -> number * fleet.callsPerSecond();
            case CAPACITY -> number * fleet.callsPerSecond() / fleet.utilisation();
        };
    }

    /** Times as many calls as in good times. */
    double timesLoad(FleetShape fleet) {
        return of == Of.CAPACITY ? number / fleet.utilisation() : number;
    }
}
