using SmartCity.Broker.Host;
using SmartCity.Broker.Host.Settings;

return await CommandLine.InvokeAsync(args, HubProgram.RunAsync);
