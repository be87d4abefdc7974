using SmartCity.Broker.Notifications;
using Xunit;

namespace SmartCity.Broker.Tests.Notifications;

public class DeliveryOrderTests
{
    [Theory]
    [InlineData("1 1 2", "0 2")]
    [InlineData("1 2 4", "0 1 2")]
    [InlineData("3 1 2 4", "0 3")]
    [InlineData("1 3 2", "0")]
    [InlineData("1 2 3 3", "0 1")]
    public void What_has_no_lane_in_common_goes_at_once(string lanes, string ready)
    {
        var (order, deliveries) = Order(lanes.Split(' ').Select(ulong.Parse));
        Assert.Equal(ready, string.Join(' ', Ready(order).Select(delivery => deliveries.IndexOf(delivery))));
    }

    [Fact]
    public void Whatever_is_done_first_a_lane_keeps_its_order()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var (order, deliveries) = Order(Enumerable.Range(0, 60).Select(_ => (ulong)random.Next(1, 256) & (ulong)random.Next(1, 256) | 1UL << random.Next(8)));
            var running = Ready(order);
            var done = new List<Delivery>();
            while (running.Count > 0)
            {
                var next = running[random.Next(running.Count)];
                running.Remove(next);
                done.Add(next);
                order.Done(next);
                running.AddRange(Ready(order));
                Assert.All(running, one => Assert.DoesNotContain(running, other => one != other && (one.Lanes & other.Lanes) != 0));
            }

            Assert.Equal(deliveries.Count, done.Count);
            for (var lane = 0; lane < 8; lane++)
            {
                var inLane = done.Where(delivery => (delivery.Lanes & 1UL << lane) != 0).Select(delivery => delivery.Number).ToList();
                Assert.Equal(inLane.Order(), inLane);
            }
        }
    }

    private static (DeliveryOrder Order, List<Delivery> Deliveries) Order(IEnumerable<ulong> lanes)
    {
        var order = new DeliveryOrder(8);
        var deliveries = lanes.Select((mask, i) => new Delivery(i, default) { Lanes = mask }).ToList();
        foreach (var delivery in deliveries) order.Add(delivery);
        return (order, deliveries);
    }

    private static List<Delivery> Ready(DeliveryOrder order)
    {
        var ready = new List<Delivery>();
        while (order.TryTake(out var delivery)) ready.Add(delivery);
        return ready;
    }
}
