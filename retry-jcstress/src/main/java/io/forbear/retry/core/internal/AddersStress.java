package io.forbear.retry.core.internal;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.J_Result;

/** The first additions to one counter race to make it: none is lost in an adder that is not kept. */
@JCStressTest
@Outcome(id = "3", expect = ACCEPTABLE, desc = "both counted")
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

    @Arbiter
    public void after(J_Result sum) {
        sum.r1 = adders.sum(0);
    }
}
