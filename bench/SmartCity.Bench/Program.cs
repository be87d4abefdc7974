using System.Globalization;
using SmartCity.Bench;

// The parts of a benchmark that are programs: bench/*.sh put them together.
switch (args)
{
    case ["bare", var port]:
        await BareServer.RunAsync(int.Parse(port, CultureInfo.InvariantCulture));
        return 0;
    case ["forward", var address, var source]:
        await BareForwarder.RunAsync(address, source);
        return 0;
    case ["load", var broker, var count]:
        return await Fixture.LoadAsync(new Uri(broker), int.Parse(count, CultureInfo.InvariantCulture));
    case ["subscribe", var broker, var count, var types, var endpoint]:
        return await Subscriptions.CreateAsync(
            new Uri(broker), int.Parse(count, CultureInfo.InvariantCulture), int.Parse(types, CultureInfo.InvariantCulture), endpoint);
    case ["register", var broker, var count]:
        return await Registrations.CreateAsync(new Uri(broker), int.Parse(count, CultureInfo.InvariantCulture));
    case ["faults", var broker, var process, var queries]:
        return await Faults.RunAsync(
            new Uri(broker), int.Parse(process, CultureInfo.InvariantCulture), int.Parse(queries, CultureInfo.InvariantCulture));
    case ["received", var broker, var seconds]:
        return await Received.MeasureAsync(new Uri(broker), int.Parse(seconds, CultureInfo.InvariantCulture));
    case ["latency", var broker, var bad, var changes]:
        return await Latency.MeasureAsync(
            new Uri(broker), int.Parse(bad, CultureInfo.InvariantCulture), int.Parse(changes, CultureInfo.InvariantCulture));
    case ["history", var folder, var meters, var days]:
        return await HistoryLoad.RunAsync(
            folder, int.Parse(meters, CultureInfo.InvariantCulture), int.Parse(days, CultureInfo.InvariantCulture));
    case ["history-http", var broker, var meters, var days]:
        return await HistoryOverHttp.RunAsync(
            new Uri(broker), int.Parse(meters, CultureInfo.InvariantCulture), int.Parse(days, CultureInfo.InvariantCulture));
    case ["history-cost", var folder, var records]:
        return await HistoryCost.RunAsync(folder, bool.Parse(records));
    case ["receive", var port]:
        await Receiver.RunAsync(int.Parse(port, CultureInfo.InvariantCulture));
        return 0;
    default:
        await Console.Error.WriteLineAsync("usage: SmartCity.Bench bare PORT | forward ADDRESS SOURCE | load BROKER COUNT | subscribe BROKER COUNT TYPES ENDPOINT | "
            + "register BROKER COUNT | faults BROKER PROCESS QUERIES | latency BROKER BAD CHANGES | received BROKER SECONDS | receive PORT | history FOLDER METERS DAYS | history-http BROKER METERS DAYS | history-cost FOLDER true|false");
        return 2;
}
