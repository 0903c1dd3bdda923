package io.forbear.retry.lab.simulate;

import static io.forbear.retry.lab.simulate.Fault.Kind.CAPACITY;
import static io.forbear.retry.lab.simulate.Fault.Kind.DEMAND;
import static io.forbear.retry.lab.simulate.Fault.Kind.ERRORS;
import static io.forbear.retry.lab.simulate.Fault.Kind.FAILURES;
import static io.forbear.retry.lab.simulate.Fault.Kind.LOST;
import static io.forbear.retry.lab.simulate.Fault.Kind.RATE_LIMIT;
import static io.forbear.retry.lab.simulate.Fault.Kind.RATE_LIMIT_WITH_HINT;
import static io.forbear.retry.lab.simulate.Fault.Kind.REFUSED;
import static io.forbear.retry.lab.simulate.Fault.Kind.SILENT;
import static io.forbear.retry.lab.simulate.Fault.Kind.SLOW;

import io.forbear.retry.lab.simulate.Scenario.FleetShape;
import java.util.ArrayList;
import java.util.List;

/** The scenarios by which the library's defaults are judged, for any fleet. */
public final class Presets {

    private static final double OVERLOAD = 1.2;

    private Presets() {}

    /**
     * Returns all presets.
     *
     * @param fleet who calls, and how much of the service it uses
     * @return new list
     */
    public static List<Scenario> all(FleetShape fleet) {
        List<Scenario> all = new ArrayList<>();
        all.addAll(transients(fleet));
        all.addAll(outages(fleet));
        all.addAll(partial(fleet));
        all.addAll(overloads(fleet));
        all.addAll(comingBack(fleet));
        return all;
    }

    /** A few requests fail, each by chance. */
    private static List<Scenario> transients(FleetShape fleet) {
        Scenario.Builder blip = Scenario.of("blip", "errors for 200 ms each 10 s", fleet);
        for (int i = 0; i < 6; i++) {
            blip.fault(ERRORS, 12 + 10 * i, 12.2 + 10 * i, 1);
        }
        return List.of(
                Scenario.of("transient-2", "2 % of requests fail", fleet)
                        .fault(ERRORS, 10, 70, 0.02)
                        .judge(10, 70, 73)
                        .build(),
                Scenario.of("transient-5", "5 % of requests fail", fleet)
                        .fault(ERRORS, 10, 70, 0.05)
                        .judge(10, 70, 73)
                        .build(),
                Scenario.of("lost-2", "2 % of requests are lost and time out", fleet)
                        .fault(LOST, 10, 70, 0.02)
                        .judge(10, 70, 73)
                        .build(),
                blip.judge(10, 70, 73).build(),
                Scenario.of("tails", "0.3 % of requests take a second, and time out", fleet)
                        .tail(0.003)
                        .spread(0.5)
                        .judge(20, 80, 95)
                        .build());
    }

    /** Nothing succeeds for a while. */
    private static List<Scenario> outages(FleetShape fleet) {
        return List.of(
                Scenario.of("outage-short", "2 s of errors, 4 s of slow answers, queue of 1 s", fleet)
                        .queue(1)
                        .fault(ERRORS, 20, 22, 1)
                        .fault(SLOW, 22, 26, 10)
                        .judge(20, 26, 55)
                        .build(),
                Scenario.of("outage", "10 s of errors, 5 s of slow answers", fleet)
                        .fault(ERRORS, 20, 30, 1)
                        .fault(SLOW, 30, 35, 10)
                        .judge(20, 35, 75)
                        .build(),
                Scenario.of("down", "no connection for 60 s", fleet)
                        .fault(REFUSED, 20, 80, 1)
                        .judge(20, 80, 95)
                        .build(),
                Scenario.of("silent", "no answer for 10 s", fleet)
                        .fault(SILENT, 20, 30, 1)
                        .judge(20, 30, 60)
                        .build(),
                Scenario.of("pause", "no work for 3 s, and the queue is kept", fleet)
                        .fault(CAPACITY, 20, 23, 0)
                        .judge(20, 23, 65)
                        .build(),
                Scenario.of("layers", "the outage behind two services that retry too", fleet)
                        .layers(2)
                        .fault(ERRORS, 20, 30, 1)
                        .fault(SLOW, 30, 35, 10)
                        .judge(20, 35, 75)
                        .build(),
                Scenario.of("cold-errors", "all processes start in the errors of the outage", fleet)
                        .start(20)
                        .fault(ERRORS, 10, 30, 1)
                        .fault(SLOW, 30, 35, 10)
                        .judge(20, 35, 75)
                        .build(),
                Scenario.of("cold-slow", "all processes start while the service is slow", fleet)
                        .start(20)
                        .fault(SLOW, 10, 26, 10)
                        .judge(20, 26, 75)
                        .build());
    }

    /** A part of the requests fails. */
    private static List<Scenario> partial(FleetShape fleet) {
        return List.of(
                Scenario.of("replica-1-of-3", "one replica of three answers errors for 60 s", fleet)
                        .replicas(3)
                        .fault(Fault.of(ERRORS, 20, 80, 1).ofReplicas(0.34))
                        .judge(20, 80, 95)
                        .build(),
                Scenario.of("replica-1-of-2", "one replica of two answers errors for 60 s", fleet)
                        .replicas(2)
                        .fault(Fault.of(ERRORS, 20, 80, 1).ofReplicas(0.5))
                        .judge(20, 80, 95)
                        .build(),
                Scenario.of("replica-slow", "one replica of three is 20 times as slow for 40 s", fleet)
                        .replicas(3)
                        .fault(Fault.of(SLOW, 20, 60, 20).ofReplicas(0.34))
                        .judge(20, 60, 95)
                        .build(),
                Scenario.of("half", "half of the requests fail for 60 s", fleet)
                        .fault(ERRORS, 20, 80, 0.5)
                        .judge(20, 80, 95)
                        .build(),
                Scenario.of("mixed", "an operation that is 30 % of the calls is down for 60 s", fleet)
                        .fault(Fault.of(ERRORS, 20, 80, 1).ofCalls(0.3))
                        .judge(20, 80, 95)
                        .build(),
                Scenario.of("mixed-80", "an operation that is 80 % of the calls is down for 60 s", fleet)
                        .fault(Fault.of(ERRORS, 20, 80, 1).ofCalls(0.8))
                        .judge(20, 80, 95)
                        .build(),
                Scenario.of("poison", "10 % of the calls always fail, and 2 % of the requests", fleet)
                        .fault(Fault.of(FAILURES, 10, 90, 1).ofCalls(0.1))
                        .fault(ERRORS, 20, 80, 0.02)
                        .judge(20, 80, 95)
                        .build(),
                Scenario.of("rolling", "of four replicas one is not there, for 3 s, three times", fleet)
                        .replicas(4)
                        .fault(Fault.of(REFUSED, 20, 23, 1).ofReplicas(0.25))
                        .fault(Fault.of(REFUSED, 24, 27, 1).ofReplicas(0.25))
                        .fault(Fault.of(REFUSED, 28, 31, 1).ofReplicas(0.25))
                        .judge(20, 32, 60)
                        .build());
    }

    /** More is asked than the service can do or wants to do. */
    private static List<Scenario> overloads(FleetShape fleet) {
        double limit = 0.8 * fleet.callsPerSecond();
        return List.of(
                Scenario.of("dip", "40 % of the capacity for 5 s", fleet)
                        .fault(CAPACITY, 20, 25, 0.4)
                        .judge(20, 25, 65)
                        .build(),
                Scenario.of("surge", "1.8 times as many calls for 5 s", fleet)
                        .fault(DEMAND, 20, 25, 1.8)
                        .judge(20, 25, 65)
                        .build(),
                Scenario.of("overload", "1.2 times the capacity for 60 s", fleet)
                        .fault(DEMAND, 20, 80, OVERLOAD / fleet.utilisation())
                        .judge(20, 80, 120)
                        .build(),
                Scenario.of("shed", "the same, and a short queue: the service sheds load cleanly", fleet)
                        .queue(0.1)
                        .fault(DEMAND, 20, 80, OVERLOAD / fleet.utilisation())
                        .judge(20, 80, 120)
                        .build(),
                Scenario.of("throttle", "status 429 above 80 % of the calls for 40 s", fleet)
                        .fault(RATE_LIMIT, 20, 60, limit)
                        .judge(20, 60, 75)
                        .build(),
                Scenario.of("throttle-hint", "the same, with Retry-After", fleet)
                        .fault(RATE_LIMIT_WITH_HINT, 20, 60, limit)
                        .judge(20, 60, 75)
                        .build());
    }

    /** A service that comes and goes. */
    private static List<Scenario> comingBack(FleetShape fleet) {
        Scenario.Builder fast = Scenario.of("flap-1", "down for 1 s, well for 1 s, 15 times", fleet);
        for (int i = 0; i < 15; i++) {
            fast.fault(ERRORS, 20 + 2 * i, 21 + 2 * i, 1);
        }
        Scenario.Builder slow = Scenario.of("flap-3", "down for 3 s, well for 3 s, 8 times", fleet);
        for (int i = 0; i < 8; i++) {
            slow.fault(ERRORS, 20 + 6 * i, 23 + 6 * i, 1);
        }
        return List.of(
                fast.judge(20, 50, 65).build(),
                slow.judge(20, 68, 80).build(),
                Scenario.of("steps", "5 s of errors, then 20, 40 and 70 % of the capacity", fleet)
                        .fault(ERRORS, 20, 25, 1)
                        .fault(CAPACITY, 25, 30, 0.2)
                        .fault(CAPACITY, 30, 35, 0.4)
                        .fault(CAPACITY, 35, 40, 0.7)
                        .judge(20, 40, 80)
                        .build());
    }
}
