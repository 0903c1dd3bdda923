package io.forbear.retry.core.internal;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** The first additions to one counter race to make it: none is lost in an adder that is not kept. */
@JCStressTest
@Outcome(id = "0, 3", expect = ACCEPTABLE, desc = "the read came first, and both counted")
@Outcome(id = "1, 3", expect = ACCEPTABLE, desc = "the read came after one")
@Outcome(id = "2, 3", expect = ACCEPTABLE, desc = "the read came after the other")
@Outcome(id = "3, 3", expect = ACCEPTABLE, desc = "the read came last")
@Outcome(expect = FORBIDDEN, desc = "an addition was lost, or is there twice")
@State
public class AddersStress {

    private final Adders adders = new Adders(1);

    @Actor
    public void one() {
        adders.add(0, 1);
    }

    @Actor
    public void other() {
        adders.add(0, 2);
    }

    @Actor
    public void reader(JJ_Result seen) {
        seen.r1 = adders.sum(0);
    }

    @Arbiter
    public void after(JJ_Result seen) {
        seen.r2 = adders.sum(0);
    }
}
