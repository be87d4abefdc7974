using System.Globalization;
using SmartCity.Bench;

// The parts of a benchmark that are programs: bench/*.sh put them together.
switch (args)
{
    case ["bare", var port]:
        await BareServer.RunAsync(int.Parse(port, CultureInfo.InvariantCulture));
        return 0;
    case ["load", var broker, var count]:
        return await Fixture.LoadAsync(new Uri(broker), int.Parse(count, CultureInfo.InvariantCulture));
    case ["subscribe", var broker, var count, var types, var endpoint]:
        return await Subscriptions.CreateAsync(
            new Uri(broker), int.Parse(count, CultureInfo.InvariantCulture), int.Parse(types, CultureInfo.InvariantCulture), endpoint);
    case ["latency", var broker, var bad, var changes]:
        return await Latency.MeasureAsync(
            new Uri(broker), int.Parse(bad, CultureInfo.InvariantCulture), int.Parse(changes, CultureInfo.InvariantCulture));
    case ["receive", var port]:
        await Receiver.RunAsync(int.Parse(port, CultureInfo.InvariantCulture));
        return 0;
    default:
        await Console.Error.WriteLineAsync("usage: SmartCity.Bench bare PORT | load BROKER COUNT | subscribe BROKER COUNT TYPES ENDPOINT | "
            + "latency BROKER BAD CHANGES | receive PORT");
        return 2;
}
