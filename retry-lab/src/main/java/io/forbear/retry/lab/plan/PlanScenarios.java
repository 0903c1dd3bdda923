package io.forbear.retry.lab.plan;

import io.forbear.retry.lab.simulate.Fault;
import io.forbear.retry.lab.simulate.Scenario;
import io.forbear.retry.lab.simulate.Scenario.FleetShape;
import io.forbear.retry.lab.simulate.Scenario.ServiceShape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The two scenarios in which a plan is tried, made for what the dependency does. */
public final class PlanScenarios {
    /*
     * The ordinary hour has room for every request: the latency that was measured has the waits in it already. The
     * outage is that of the lab, at the utilisation that was asked for; to have a service of some workers rather than
     * one slow one, as many further clients of the same kind call as it takes.
     */

    static final String ORDINARY = "ordinary";
    static final String OUTAGE = "outage";

    private static final long SECOND = 1_000_000_000L;
    private static final long JUDGED_FROM = 10 * SECOND;
    private static final long ERRORS_FROM = 20 * SECOND;
    private static final long SLOW_FROM = 30 * SECOND;
    private static final long WELL_FROM = 35 * SECOND;
    private static final long RECOVERY = 40 * SECOND;
    private static final double SLOW = 10;
    private static final double OVERLOAD = 1.3;
    private static final double ROOM = 10;
    private static final int LEAST_WORKERS = 10;
    private static final double MOST_CALLS = 5_000;
    private static final double MOST_JUDGED = 2_000_000;
    private static final double LEAST_JUDGED = 20_000;
    private static final double FAILURES_TO_SEE = 100;
    private static final double LONGEST_SECONDS = 43_200;
    private static final double LEAST_SHARE = 1e-7;

    private final PlanRequest request;
    private final int seeds;

    PlanScenarios(PlanRequest request, int seeds) {
        this.request = request;
        this.seeds = seeds;
    }

    /** Calls of one run: enough to see a hundred failures that the promise allows, within bounds. */
    double judgedCalls() {
        return request.fleet().callsPerSecond() * judgedSeconds();
    }

    private double judgedSeconds() {
        double wanted = FAILURES_TO_SEE / (1 - request.availability());
        double calls = Math.min(MOST_JUDGED, Math.max(LEAST_JUDGED, wanted)) / seeds;
        return Math.ceil(Math.min(LONGEST_SECONDS, calls / request.fleet().callsPerSecond()));
    }

    Scenario ordinary(Duration timeout) {
        double calls = request.fleet().callsPerSecond();
        double work = request.latency().meanNanos() / SECOND;
        int workers = (int) Math.max(LEAST_WORKERS, Math.ceil(calls * work * ROOM));
        long end = JUDGED_FROM + (long) (judgedSeconds() * SECOND);
        List<Fault> faults = new ArrayList<>();
        if (request.plannedErrorRate() > 0) {
            faults.add(fault(Fault.Kind.ERRORS, 0, Long.MAX_VALUE, request.plannedErrorRate()));
        }
        double late = request.latency().slowerThan(timeout) - request.latency().exponentialSlowerThan(timeout);
        if (late > LEAST_SHARE) {
            faults.add(fault(Fault.Kind.LOST, 0, Long.MAX_VALUE, late));
        }
        return new Scenario(
                ORDINARY,
                "an ordinary hour: " + Text.percent(request.plannedErrorRate()) + " % of the attempts fail",
                request.fleet().clients(),
                calls,
                timeout.toNanos(),
                service(workers, timeout),
                0,
                faults,
                0,
                JUDGED_FROM,
                end,
                end + longest());
    }

    Scenario outage(Duration timeout) {
        FleetShape fleet = outageFleet();
        double perSecond = fleet.callsPerSecond() / request.fleet().utilisation();
        double work = request.latency().meanNanos() / SECOND;
        int workers = (int) Math.max(LEAST_WORKERS, Math.round(perSecond * work));
        return new Scenario(
                OUTAGE,
                "10 s of errors, then 5 s of slow answers",
                fleet.clients(),
                fleet.callsPerSecond(),
                timeout.toNanos(),
                service(workers, timeout),
                0,
                List.of(
                        fault(Fault.Kind.ERRORS, ERRORS_FROM, SLOW_FROM, 1),
                        fault(Fault.Kind.SLOW, SLOW_FROM, WELL_FROM, SLOW)),
                0,
                ERRORS_FROM,
                WELL_FROM,
                WELL_FROM + RECOVERY + longest());
    }

    /** The clients of the outage: those asked for, or a multiple of them. */
    FleetShape outageFleet() {
        FleetShape asked = request.fleet();
        double enough = LEAST_WORKERS * asked.utilisation() / (request.latency().meanNanos() / SECOND);
        double most = Math.max(asked.callsPerSecond(), MOST_CALLS);
        double times = Math.max(1, Math.ceil(Math.min(enough, most) / asked.callsPerSecond()));
        return new FleetShape((int) (asked.clients() * times), asked.callsPerClient(), asked.utilisation());
    }

    /** The share of the service that the clients of the outage use: less than asked for where work is very short. */
    double outageUtilisation() {
        return outageFleet().callsPerSecond()
                / outage(request.deadline()).service().perSecond();
    }

    private ServiceShape service(int workers, Duration timeout) {
        double work = request.latency().meanNanos();
        double queue = Math.max(2, 4.0 * timeout.toNanos() / SECOND);
        return new ServiceShape(
                1,
                workers * (double) SECOND / work,
                (long) work,
                request.latency().spread(),
                0,
                queue,
                OVERLOAD);
    }

    /** Until calls that are due last have ended. */
    private long longest() {
        return 3 * SECOND + request.deadline().toNanos();
    }

    private static Fault fault(Fault.Kind kind, long from, long to, double value) {
        return new Fault(kind, from, to, value, 1, 1);
    }
}
