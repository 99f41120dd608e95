import type { CompanionModel, CompanionNode } from '../../../src/core/companion-model.ts';
import { protectiveFunctions } from './points/safety.ts';

const arms = [1, 2] as const;
const axes = [1, 2, 3, 4, 5, 6] as const;

const text = (name: string, value: string): CompanionNode => ({ name, constant: { type: 'String', value } });
const title = (name: string, value: string): CompanionNode => ({ name, constant: { type: 'LocalizedText', value } });
const enumeration = (name: string, type: `robotics:${string}`, value: number): CompanionNode => ({
  name,
  constant: { type, value },
});
const variable = (name: string, point: string, dataType?: CompanionNode['dataType']): CompanionNode => ({
  name,
  point,
  ...(dataType === undefined ? {} : { dataType }),
});
/** A variable whose type is declared as AnalogUnitType. */
const analog = (name: string, point: string): CompanionNode => ({ name, point, type: 'AnalogUnitType' });
const folder = (name: string, children: readonly CompanionNode[]): CompanionNode => ({ name, children });
const object = (name: string, type: string, children: readonly CompanionNode[]): CompanionNode => ({ name, type, children });
const parameters = (children: readonly CompanionNode[]): CompanionNode => object('di:ParameterSet', 'BaseObjectType', children);

/** Nameplate of a component (OPC 10000-100). */
const plate = (model: string, serial: string): CompanionNode[] => [
  title('di:Manufacturer', 'scadawatch'),
  title('di:Model', model),
  text('di:ProductCode', model.toUpperCase().replaceAll(' ', '-')),
  text('di:SerialNumber', serial),
];

const rotary = 1;
const articulatedRobot = 1;

function axis(n: number, a: number): CompanionNode {
  const of = `R${n}.A${a}`;
  return object(`Axis_${a}`, 'robotics:AxisType', [
    enumeration('robotics:MotionProfile', 'robotics:AxisMotionProfileEnumeration', rotary),
    parameters([analog('robotics:ActualPosition', `${of}.POS`), analog('robotics:ActualSpeed', `${of}.SPD`)]),
  ]);
}

function powerTrain(n: number, a: number): CompanionNode {
  const of = `R${n}.A${a}`;
  return object(`PowerTrain_${a}`, 'robotics:PowerTrainType', [
    object('Motor', 'robotics:MotorType', [
      ...plate('Servo motor', `M${n}${a}`),
      parameters([
        analog('robotics:MotorTemperature', `${of}.TMOT`),
        variable('robotics:EffectiveLoadRate', `${of}.LOAD`),
        // the standard has no motor current: it is a variable of the vendor
        variable('Current', `${of}.CUR`),
      ]),
    ]),
  ]);
}

function motionDevice(n: number): CompanionNode {
  const own = [
    'TCPX',
    'TCPY',
    'TCPZ',
    'TCPV',
    'TDEV',
    'VAC',
    'VCMD',
    'OVRSP',
    'VRED',
    'TLIM',
    'ACCF',
    'MASSP',
    'CTRL',
    'JOG',
    'JAX',
    'BRK',
  ];
  return object(`Arm_${n}`, 'robotics:MotionDeviceType', [
    ...plate('Arm 10 kg', `R${n}`),
    enumeration('robotics:MotionDeviceCategory', 'robotics:MotionDeviceCategoryEnumeration', articulatedRobot),
    parameters([
      variable('robotics:SpeedOverride', `R${n}.OVR`),
      variable('robotics:InControl', `R${n}.INCTRL`),
      variable('robotics:OnPath', `R${n}.ONPATH`),
      ...own.map((signal) => variable(signal, `R${n}.${signal}`)),
    ]),
    object('robotics:FlangeLoad', 'robotics:LoadType', [analog('robotics:Mass', `R${n}.MASS`)]),
    folder(
      'robotics:Axes',
      axes.map((a) => axis(n, a)),
    ),
    folder(
      'robotics:PowerTrains',
      axes.map((a) => powerTrain(n, a)),
    ),
  ]);
}

/** Names of the programs by their numbers. */
export const programNames = { 1: 'PRODUCT_A', 2: 'PRODUCT_B', 3: 'SERVICE' } as const;

function controller(n: number): CompanionNode {
  const own = ['PROG', 'SUM', 'OFS', 'CT', 'CYC', 'LINE'];
  return object(`Controller_${n}`, 'robotics:ControllerType', [
    ...plate('Robot controller', `C${n}`),
    object('robotics:CurrentUser', 'robotics:UserType', [text('robotics:Level', 'Operator')]),
    parameters([
      analog('robotics:Temperature', `C${n}.TEMP`),
      analog('robotics:CabinetFanSpeed', `C${n}.FAN`),
      analog('robotics:InputVoltage', `C${n}.UIN`),
      analog('robotics:TotalEnergyConsumption', `C${n}.KWH`),
      { name: 'robotics:TotalPowerOnTime', shows: { point: `C${n}.ONH`, as: 'duration' } },
      variable('PowerOnHours', `C${n}.ONH`),
    ]),
    folder('robotics:Software', [
      object('System', 'di:SoftwareType', [
        title('di:Manufacturer', 'scadawatch'),
        title('di:Model', 'Robot system'),
        text('di:SoftwareRevision', '4.12'),
      ]),
    ]),
    folder('robotics:TaskControls', [
      object(`Task_${n}`, 'robotics:TaskControlType', [
        title('di:ComponentName', `Task of arm ${n}`),
        parameters([
          { name: 'robotics:TaskProgramName', shows: { point: `C${n}.PROG`, as: programNames } },
          variable('robotics:TaskProgramLoaded', `C${n}.LOADED`, 'Boolean'),
          variable('robotics:ExecutionMode', `C${n}.EXEC`, 'robotics:ExecutionModeEnumeration'),
          ...own.map((signal) => variable(signal, `C${n}.${signal}`)),
        ]),
      ]),
    ]),
  ]);
}

const functionNames = ['Door', 'Curtain', 'Scanner', 'Enable_1', 'Enable_2', 'Collision'] as const;

function safetyState(): CompanionNode {
  const own = ['RST', 'WARN', 'MUTED', 'MUTE1', 'MUTE2', 'DOOROP', 'CURTBR', 'WOVR', 'MUTEOV'];
  return object('Safety', 'robotics:SafetyStateType', [
    parameters([
      variable('robotics:OperationalMode', 'SS.MODE', 'robotics:OperationalModeEnumeration'),
      variable('robotics:EmergencyStop', 'SS.ESTOP'),
      variable('robotics:ProtectiveStop', 'SS.PSTOP'),
      ...own.map((signal) => variable(signal, `SS.${signal}`)),
    ]),
    folder(
      'robotics:EmergencyStopFunctions',
      [1, 2, 3].map((n) =>
        object(`Button_${n}`, 'robotics:EmergencyStopFunctionType', [
          text('robotics:Name', `Emergency stop button ${n}`),
          variable('robotics:Active', `SS.ES${n}`),
        ]),
      ),
    ),
    folder(
      'robotics:ProtectiveStopFunctions',
      protectiveFunctions.map((name, i) =>
        object(functionNames[i] ?? name, 'robotics:ProtectiveStopFunctionType', [
          text('robotics:Name', functionNames[i] ?? name),
          variable('robotics:Enabled', `SS.${name}.EN`),
          variable('robotics:Active', `SS.${name}.ACT`),
        ]),
      ),
    ),
  ]);
}

const system = 'RobotCell';

/** The cell as a motion device system by OPC 40010-1 (OPC UA for Robotics), version 1.02. */
export const companion: CompanionModel = {
  nodesets: ['di', 'ia', 'robotics'],
  devices: [
    object(system, 'robotics:MotionDeviceSystemType', [
      folder('robotics:MotionDevices', arms.map(motionDevice)),
      folder('robotics:Controllers', arms.map(controller)),
      folder('robotics:SafetyStates', [safetyState()]),
    ]),
  ],
  references: arms.flatMap((n) => [
    { from: `${system}/Controllers/Controller_${n}`, type: 'robotics:Controls', to: `${system}/MotionDevices/Arm_${n}` },
    { from: `${system}/Controllers/Controller_${n}`, type: 'robotics:HasSafetyStates', to: `${system}/SafetyStates/Safety` },
    ...axes.flatMap((a) => {
      const [train, moved] = [
        `${system}/MotionDevices/Arm_${n}/PowerTrains/PowerTrain_${a}`,
        `${system}/MotionDevices/Arm_${n}/Axes/Axis_${a}`,
      ];
      return [
        { from: train, type: 'robotics:Moves', to: moved },
        { from: moved, type: 'robotics:Requires', to: train },
      ];
    }),
  ]),
};
